/// How many bytes of a segment are durable: those that every one of its replicas has certified.
/// A segment without replicas has none.
func durableLength(certified: some Sequence<Int>) -> Int {
  certified.min() ?? 0
}
