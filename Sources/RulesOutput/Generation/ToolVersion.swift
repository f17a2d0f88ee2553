/// The version of the compiler, which generated files name too.
public let toolVersion = "0.1.0"
