import RulesAnalysis
import RulesLanguage
import Testing

/// Figure 2 of the paper, complete, as the language's study prints it.
enum FigureTwo {
  static let text = """
    import LogStorage

    enum Server   { none, chosen }
    enum Rpc      { idle, flying, ok }
    enum Progress { unsent, sent, committed }

    task Segment {
      fact finalized : Bool                    initially false
      related prior     : Segment?  absent closed
      related following : Segment?
      define opened = all replica: header == committed
      define closed = all replica: footer == committed

      each replica : Replica in replicas {
        fact server         : Server            initially none
        fact header, footer : Progress          initially unsent
        fact rpc            : Rpc               initially idle
        fact committed <= sent <= appended : Int          initially 0

        always "one thing in flight" rpc != idle => one of { header == sent; committed < sent; footer == sent }
        always "in flight needs RPC" rpc == idle => header != sent, committed == sent, footer != sent
        always "no server, no state" server == none => header == unsent, rpc == idle
        always "header first"        header != committed => committed == sent, footer == unsent
        always "footer last"         footer != unsent => finalized, committed == appended

        rule R1 "no backup server selected"
          when server == none
          do   chooseServer(for: replica)
          then server = chosen  or stay

        when server == chosen, rpc == idle {
          rule R2 when header == unsent
            do   sendHeader(replica)
            then header = sent, rpc = flying

          when header == committed, sent < appended {
            rule R4 when prior.closed
              do   sendData(replica, limit: 1_000_000)
              then sent = any in (sent, appended], rpc = flying
            wait W2 for prior.closed when not prior.closed
          }

          when header == committed, committed == appended, finalized, footer == unsent {
            rule R6 when following.opened
              do   sendFooter(replica)
              then footer = sent, rpc = flying
            wait W3 for following.opened when not following.opened
          }
        }

        when rpc == ok {
          rule R3 when header == sent
            do   noteHeaderCommitted(replica)
            then header = committed, rpc = idle
          rule R5 when committed < sent
            do   noteDataCommitted(replica)
            then committed = sent, rpc = idle
          rule R7 when footer == sent
            do   noteFooterCommitted(replica)
            then footer = committed, rpc = idle
        }

        wait W1 for reply when rpc == flying  warn after 2 s

        goal "replica complete" header == committed, committed == appended, rpc == idle,
                                (finalized => footer == committed)

        event reply fair when rpc == flying   then rpc = ok
      }

      event append   when not finalized       then appended = any in (appended, max]
      event finalize when not finalized       then finalized = true
    }

    task ServerFailure(failed: ServerID) {
      each replica : Segment.replica in log.replicas(using: failed) {
        fact usesFailed : Bool = replica.serverID == failed
        rule F1 when usesFailed
          do   replica.deselectServer()
          then usesFailed = false, server = none, header = unsent, footer = unsent,
               committed = 0, sent = 0, rpc = idle
        goal not usesFailed
      }
    }

    pool LogReplication {
      task Segment where prior links following
      task ServerFailure
      explore Segment * 2, ServerFailure * 1  budget 1000000
      policy gap error
      policy overlap error
    }

    """

  /// Analyses it after replacing parts of its text.
  static func analysis(_ changes: [(String, String)] = []) throws -> Analysis {
    var text = text
    for (old, new) in changes {
      try #require(text.contains(old), "Figure 2 has no '\(old)'")
      text = text.replacing(old, with: new)
    }
    return try analyse(text)
  }

  /// Without its `explore`.
  static let withoutExplore = ("  explore Segment * 2, ServerFailure * 1  budget 1000000\n", "")
  /// With `define opened` and `closed` declared stable, and without its `explore`.
  static let stable = [
    ("define opened", "stable define opened"), ("define closed", "stable define closed"),
    withoutExplore,
  ]
}
