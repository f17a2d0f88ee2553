/// The rules of Figure 2 by hand in C++, with the same bookkeeping around them: an intrusive active
/// list, a counter for each leaf, a trace ring, what each subject does. It prints ns per firing and
/// per evaluation that waits.
let handWrittenCPlusPlus = #"""
  #include <chrono>
  #include <cstdint>
  #include <cstdio>
  #include <cstring>
  #include <memory>
  #include <vector>

  enum class Server : uint8_t { none, chosen };
  enum class Rpc : uint8_t { idle, flying, ok };
  enum class Progress : uint8_t { unsent, sent, committed };
  enum Leaf { R1, R2, R4, W2, R6, W3, R3, R5, R7, W1, goal, leaves };

  struct Record { uint64_t time, subject, word; uint16_t kind, scope, leaf; };
  struct Status { int leaf = -1; bool moving = false; uint64_t word = 0, since = 0; };
  struct Segment;

  struct Pool {
    Segment *first = nullptr, *last = nullptr;
    uint64_t turn = 0, total = 0, now = 0;
    std::vector<Record> trace = std::vector<Record>(65536);
    uint64_t counts[leaves] = {};
    void activate(Segment *);
    void step();
  };

  struct Replica {
    uint64_t id;
    Server server = Server::none;
    Progress header = Progress::unsent, footer = Progress::unsent;
    Rpc rpc = Rpc::idle;
    long committed = 0, sent = 0, appended = 1L << 62;
    Status status;
  };

  struct Segment {
    Pool *pool;
    bool finalized = false, active = false;
    uint64_t from = 0;
    int moved = 0;
    Segment *next = nullptr, *prior = nullptr, *following = nullptr;
    std::vector<std::unique_ptr<Replica>> replicas;

    bool opened() const {
      for (auto &r : replicas) if (r->header != Progress::committed) return false;
      return true;
    }
    bool closed() const {
      for (auto &r : replicas) if (r->footer != Progress::committed) return false;
      return true;
    }
    void end(Leaf leaf, Replica &r, bool moves) {
      pool->counts[leaf]++;
      if (r.status.leaf != leaf || r.status.moving != moves) r.status.since = pool->now;
      r.status.leaf = leaf;
      r.status.moving = moves;
      moved += moves;
    }
    void fire(Leaf leaf, Replica &r) {
      end(leaf, r, true);
      pool->trace[pool->total++ & 65535] = {pool->now, r.id, 0, 0, 0, uint16_t(leaf)};
    }
    void apply(Replica &r) {
      if (r.server == Server::none) {
        fire(R1, r); r.server = Server::chosen;
      } else if (r.header == Progress::unsent) {
        fire(R2, r); r.header = Progress::sent; r.rpc = Rpc::ok;
        if (prior) pool->activate(prior);
      } else if (r.rpc == Rpc::idle) {
        if (r.sent < r.appended) {
          if (!prior || prior->closed()) { fire(R4, r); r.sent++; r.rpc = Rpc::ok; }
          else end(W2, r, false);
        } else if (finalized && r.footer == Progress::unsent) {
          if (following && following->opened()) {
            fire(R6, r); r.footer = Progress::sent; r.rpc = Rpc::ok;
            pool->activate(following);
          } else end(W3, r, false);
        } else end(goal, r, false);
      } else if (r.rpc == Rpc::ok) {
        if (r.header == Progress::sent) {
          fire(R3, r); r.header = Progress::committed; r.rpc = Rpc::idle;
          if (prior) pool->activate(prior);
        } else if (r.committed < r.sent) {
          fire(R5, r); r.committed = r.sent; r.rpc = Rpc::idle;
          if (r.sent == 8) {
            r.server = Server::none; r.header = Progress::unsent; r.committed = r.sent = 0;
          }
        } else {
          fire(R7, r); r.footer = Progress::committed; r.rpc = Rpc::idle;
          if (following) pool->activate(following);
        }
      } else end(W1, r, false);
    }
  };

  void Pool::activate(Segment *s) {
    if (s->active) return;
    s->active = true;
    s->from = turn + 1;
    s->next = nullptr;
    if (last) last->next = s; else first = s;
    last = s;
  }

  void Pool::step() {
    turn++;
    while (first && first->from <= turn) {
      Segment *s = first;
      first = s->next;
      if (!first) last = nullptr;
      s->active = false;
      s->moved = 0;
      for (auto &r : s->replicas) s->apply(*r);
      if (s->moved) activate(s);
    }
  }

  static double measure(int tasks, int turns, Rpc rpc) {
    Pool pool;
    std::vector<std::unique_ptr<Segment>> all;
    for (int i = 0; i < tasks; i++) {
      all.push_back(std::make_unique<Segment>());
      all.back()->pool = &pool;
      for (int k = 0; k < 3; k++) {
        auto r = std::make_unique<Replica>();
        r->id = uint64_t(i) * 8 + 1 + k;
        if (rpc == Rpc::flying) {
          r->server = Server::chosen; r->header = Progress::committed; r->rpc = rpc; r->sent = 1;
        }
        all.back()->replicas.push_back(std::move(r));
      }
    }
    double best = 1e18;
    for (int round = 0; round < 9; round++) {
      auto start = std::chrono::steady_clock::now();
      for (int turn = 0; turn < turns; turn++) {
        if (rpc == Rpc::flying || turn == 0) for (auto &s : all) pool.activate(s.get());
        pool.step();
      }
      double ns = std::chrono::duration<double, std::nano>(
        std::chrono::steady_clock::now() - start).count();
      best = std::min(best, ns / (double(turns) * tasks * 3));
    }
    return best;
  }

  int main() {
    printf("%.2f %.2f\n", measure(1000, 333, Rpc::idle), measure(1000, 333, Rpc::flying));
  }
  """#
