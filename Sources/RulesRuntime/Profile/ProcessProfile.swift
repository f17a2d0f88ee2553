import Glibc

/// What there is of profiles once a process.
///
/// Globals, and the only ones here: what a process does when it exits or gets a signal can be found
/// from nowhere else, and its profile is of all its pools, whoever made them. Everything else is
/// handed in: a pool can be given another registry.
enum ProcessProfile {
  fileprivate static let registry = ProfileRegistry(program: program)

  /// Writes the profile where `RULES_PROFILE_DIR` says; nil if it says nothing.
  static let writer: ProfileWriter? = {
    guard let directory = getenv("RULES_PROFILE_DIR").map({ String(cString: $0) }),
      !directory.isEmpty
    else { return nil }
    let writer = ProfileWriter(registry, directory: directory)
    writer.start()
    // Safe: by the time the process exits, this initializer is over.
    atexit { ProcessProfile.writer?.write() }
    return writer
  }()

  /// The base name of the program's file, with nothing in it that divides a line or a path.
  static var program: String {
    let path = CommandLine.arguments.first ?? ""
    return fileNamePart(path.split(separator: "/").last ?? "process")
  }
}

/// A name as a part of a file's name and of a record: with nothing in it that divides a line or a
/// path.
func fileNamePart(_ name: some StringProtocol) -> String {
  String(
    name.prefix(64).map { character in
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      return isPlain || "._+-".contains(character) ? character : "_"
    })
}

extension ProfileRegistry {
  /// The registry of this process, which pools have unless they are given another one.
  ///
  /// If `RULES_PROFILE_DIR` names a directory when the first pool is made, the profile is written
  /// there when the process exits, when it gets SIGUSR2 (unless the program has its own use for
  /// that), and every ten seconds in which something was counted.
  public static var process: ProfileRegistry {
    _ = ProcessProfile.writer
    return ProcessProfile.registry
  }
}
