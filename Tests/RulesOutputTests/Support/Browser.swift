import Foundation
import Testing

/// A Chromium without a window, which shows one page and lets a script act on it.
enum Browser {
  /// The browser on the path; nil: none is installed.
  static let executable: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders {
        let path = "\(folder)/\(name)"
        if FileManager.default.isExecutableFile(atPath: path) { return URL(filePath: path) }
      }
    }
    return nil
  }()

  /// Tests of pages are left out only where somebody works by hand without a browser.
  static var isExpected: Bool {
    executable != nil || ProcessInfo.processInfo.environment["CI"] != nil
  }

  /// Shows a page in a frame of some width, has a script act on it, and returns what the script
  /// returned. It sees the page's `window` and `document`, and `press(element, key)`.
  ///
  /// Errors of the page, also those that it only writes to the console, are under `errors`.
  static func run(
    _ page: String, width: Int, isDark: Bool = false, _ script: String
  ) throws -> [String: Any] {
    let executable = try #require(executable, "chromium is not installed")
    let folder = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let host = folder.appending(path: "host.html")
    try hostPage(page, width: width, script).write(to: host, atomically: true, encoding: .utf8)

    let process = Process()
    process.executableURL = executable
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--user-data-dir=\(folder.appending(path: "profile").path)",
      "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--window-size=1600,1000",
      "--virtual-time-budget=20000", "--dump-dom", host.absoluteString,
    ]
    let output = folder.appending(path: "dom.html")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let dom = try String(contentsOf: output, encoding: .utf8)
    let start = try #require(dom.range(of: "<pre id=\"result\">"), "the browser gave no page")
    let end = try #require(dom.range(of: "</pre>", range: start.upperBound..<dom.endIndex))
    let text = String(dom[start.upperBound..<end.lowerBound])
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    let result = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(result as? [String: Any])
  }

  /// The page stands in a frame, because a window cannot be as narrow as a phone.
  private static func hostPage(_ page: String, width: Int, _ script: String) -> String {
    // The first script of the page notes what goes wrong in the others.
    let listener = """
      <script>
      window.problems = [];
      addEventListener('error', (e) => problems.push(String(e.message)));
      addEventListener('unhandledrejection', (e) => problems.push(String(e.reason)));
      addEventListener('securitypolicyviolation', (e) => problems.push('blocked ' + e.violatedDirective));
      for (const name of ['error', 'warn']) {
        console[name] = (...parts) => problems.push(parts.map(String).join(' '));
      }
      </script>
      """
    let watched = page.replacing("<head>", with: "<head>\(listener)")
    let attribute = watched.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    return """
      <!DOCTYPE html>
      <meta charset="utf-8">
      <body style="margin:0">
      <iframe id="page" style="width:\(width)px;height:900px;border:0" srcdoc="\(attribute)"></iframe>
      <pre id="result"></pre>
      <script>
      document.getElementById('page').addEventListener('load', () => {
        const frame = document.getElementById('page');
        const window = frame.contentWindow, document_ = frame.contentDocument;
        const press = (element, key) => element.dispatchEvent(
          new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        let result;
        try {
          result = ((document) => {
      \(script)
          })(document_);
        } catch (error) { result = { thrown: String(error && error.stack) }; }
        result.errors = window.problems;
        document.getElementById('result').textContent = JSON.stringify(result);
      });
      </script>
      """
  }
}
