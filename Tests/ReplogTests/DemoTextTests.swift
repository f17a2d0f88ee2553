import Foundation
import Testing

@testable import replog

@Suite("Finding text for the demo")
struct DemoTextTests {
  @Test("Files are taken in the order of their names, each ended by a newline, once")
  func order() async throws {
    try await withTemporaryDirectory { folder in
      try Data("second".utf8).write(to: folder.appending(path: "b.txt"))
      try Data("first\n".utf8).write(to: folder.appending(path: "a.md"))
      try FileManager.default.createDirectory(
        at: folder.appending(path: "c"), withIntermediateDirectories: false)
      try Data("third\n".utf8).write(to: folder.appending(path: "c/x.h"))
      try FileManager.default.linkItem(
        at: folder.appending(path: "a.md"), to: folder.appending(path: "d.md"))
      let places = [DemoText.Place(name: "a test", root: folder.path, folders: ["."])]
      let input = try DemoText.gather(from: places, wanted: 1000, maximumRecord: 100)
      #expect(String(decoding: input.bytes, as: UTF8.self) == "first\nsecond\nthird\n")
      #expect(input.origin == ["19 bytes in 3 files of a test, \(folder.path)"])
    }
  }

  @Test("Binary files, hidden files and lines longer than a record are left out")
  func leftOut() async throws {
    try await withTemporaryDirectory { folder in
      try Data([0x41, 0x00, 0x42]).write(to: folder.appending(path: "binary.txt"))
      try Data("hidden".utf8).write(to: folder.appending(path: ".hidden.txt"))
      try Data("0123456789A\n".utf8).write(to: folder.appending(path: "long.txt"))
      try Data("ok\n".utf8).write(to: folder.appending(path: "z.txt"))
      let places = [DemoText.Place(name: "a test", root: folder.path, folders: ["."])]
      let input = try DemoText.gather(from: places, wanted: 1000, maximumRecord: 10)
      #expect(String(decoding: input.bytes, as: UTF8.self) == "ok\n")
    }
  }

  @Test("The search ends once there is enough")
  func enough() async throws {
    try await withTemporaryDirectory { folder in
      for index in 0..<10 {
        try Data("0123456789\n".utf8).write(to: folder.appending(path: "\(index).txt"))
      }
      let places = [DemoText.Place(name: "a test", root: folder.path, folders: ["."])]
      let input = try DemoText.gather(from: places, wanted: 30, maximumRecord: 100)
      #expect(input.records.count == 3)
    }
  }

  @Test("This machine has more than 20 MB of text, without any file being named")
  func thisMachine() throws {
    let input = try DemoText.gather(maximumRecord: 1_000_000)
    #expect(input.bytes.count >= 20_000_000)
    #expect(!input.origin.isEmpty)
  }
}
