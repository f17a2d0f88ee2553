/// Something of a simulated world for closures that must be `Sendable`, because in production they run
/// on other threads.
///
/// `@unchecked Sendable` is sound: all of a world runs on the thread that made it.
struct Confined<Value>: @unchecked Sendable {
  let value: Value
}
