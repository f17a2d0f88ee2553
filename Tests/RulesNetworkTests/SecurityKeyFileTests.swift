import Glibc
import RulesNetwork
import Testing

@Suite("What a key file must be")
struct SecurityKeyFileTests {
  private struct Folder {
    let path: String

    func write(_ text: String, mode: mode_t = 0o600) throws -> String {
      let file = "\(path)/keys"
      // An earlier one may be read-only.
      unlink(file)
      let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      let bytes = [UInt8](text.utf8)
      try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
      try #require(fchmod(descriptor, mode) == 0)
      return file
    }
  }

  /// Calls `body` with a folder that ends with the test.
  private func withFolder(_ body: (Folder) throws -> Void) throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = [CChar]("\(parent)/rules-keys-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&name).map { String(cString: $0) })
    defer {
      for name in ["keys", "link", "pipe"] { unlink("\(path)/\(name)") }
      rmdir("\(path)/folder")
      rmdir(path)
    }
    try body(Folder(path: path))
  }

  private static let line = "k:server:" + String(repeating: "ab", count: 32)

  private func expectError(_ path: String, _ reason: String) {
    let error = #expect(throws: ClusterKeysError.self) { try ClusterKeys(path: path) }
    #expect(error?.description == "\(path): \(reason)")
  }

  @Test("A file that only its owner may use is read", arguments: [0o600, 0o400] as [mode_t])
  func privateFile(mode: mode_t) throws {
    try withFolder { folder in
      for end in ["", "\n"] {
        let keys = try ClusterKeys(path: try folder.write(Self.line + end, mode: mode))
        #expect(keys.keys.count == 1)
      }
    }
  }

  @Test(
    "A file that anybody else may use is refused",
    arguments: [0o640, 0o620, 0o610, 0o604, 0o602, 0o601] as [mode_t])
  func shared(mode: mode_t) throws {
    try withFolder { folder in
      expectError(
        try folder.write(Self.line, mode: mode),
        "has mode 0\(String(mode, radix: 8)): others may use it; set mode 0600 and change the keys")
    }
  }

  @Test("What is not a regular file is refused, and a pipe is not waited for")
  func otherKinds() throws {
    try withFolder { folder in
      let file = try folder.write(Self.line)
      try #require(symlink(file, "\(folder.path)/link") == 0)
      expectError("\(folder.path)/link", "a symbolic link; name the file itself")
      try #require(mkfifo("\(folder.path)/pipe", 0o600) == 0)
      expectError("\(folder.path)/pipe", "not a regular file")
      try #require(mkdir("\(folder.path)/folder", 0o700) == 0)
      expectError("\(folder.path)/folder", "not a regular file")
      expectError("\(folder.path)/none", "No such file or directory")
    }
  }

  @Test("A file of another user is refused")
  func otherOwner() throws {
    // Only root can give a file away; everybody else sees root's files.
    guard geteuid() == 0 else {
      return expectError("/etc/hosts", "belongs to user 0; the process runs as \(geteuid())")
    }
    try withFolder { folder in
      let file = try folder.write(Self.line)
      try #require(chown(file, 4711, 4711) == 0)
      expectError(file, "belongs to user 4711; the process runs as 0")
    }
  }

  @Test("A file above the bound is refused, at the bound it is read")
  func size() throws {
    try withFolder { folder in
      let most = ClusterKeys.maximumFileByteCount
      let filling = String(repeating: "#", count: most - Self.line.utf8.count - 1)
      let keys = try ClusterKeys(path: try folder.write("\(Self.line)\n\(filling)"))
      #expect(keys.keys.count == 1)
      expectError(try folder.write("\(Self.line)\n\(filling)#"), "larger than \(most) bytes")
    }
  }

  @Test("An empty file has no key")
  func empty() throws {
    try withFolder { expectError(try $0.write(""), "there is no key in it") }
  }

  @Test("An error in a line is told with the file's name")
  func line() throws {
    try withFolder { folder in
      let file = try folder.write("# keys\nk:nobody:00\n")
      let error = #expect(throws: ClusterKeysError.self) { try ClusterKeys(path: file) }
      #expect(error?.description.hasPrefix("\(file):2: no such role") == true)
    }
  }
}
