import Testing

/// Suites that share the folders of `ConsumerPackage`: one test after the other, of all of them.
@Suite("A package of somebody else", .serialized) enum ConsumerTests {}
