import Testing

/// Suites that share the folders of `ConsumerPackage`: in each of them one test after the other, of all suites.
@Suite("A package of somebody else") enum ConsumerTests {}
