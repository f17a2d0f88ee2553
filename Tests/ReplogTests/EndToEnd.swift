import Testing

/// All tests that run processes, one after the other: each uses several.
@Suite("With real processes", .serialized)
enum EndToEnd {}
