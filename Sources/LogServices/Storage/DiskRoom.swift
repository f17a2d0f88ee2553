/// Whether a disk has room, as far as those who wanted some have seen.
struct DiskRoom: Hashable {
  /// The last reservation found none.
  var isFull = false
  /// Requests that were refused for it.
  var refusals = 0
}
