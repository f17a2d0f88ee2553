// Finds where Swift text ends: at the first line end at which all its brackets are closed; an
// action also before a bare `then`, a collection also before `{`, all before a `}` that they did not
// open. A token is scanned in one go, so there is no state between calls.

#include <tree_sitter/parser.h>

enum TokenType { ACTION, BLOCK, COLLECTION, EXPRESSION };

// Open brackets and strings. Text that nests deeper is not highlighted as Swift.
enum { MAX_DEPTH = 512 };

typedef struct {
  // A closing bracket, or `"` for a string.
  char closer;
  bool is_multiline;
  unsigned hashes;
} Level;

typedef struct {
  TSLexer *lexer;
  Level levels[MAX_DEPTH];
  unsigned depth;
} Scanner;

static bool is_name_part(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static int32_t next(const Scanner *s) { return s->lexer->lookahead; }

static void step(Scanner *s) { s->lexer->advance(s->lexer, false); }

static bool take(Scanner *s, int32_t c) {
  if (next(s) != c || s->lexer->eof(s->lexer)) return false;
  step(s);
  return true;
}

static bool open_level(Scanner *s, Level level) {
  if (s->depth == MAX_DEPTH) return false;
  s->levels[s->depth++] = level;
  return true;
}

static void skip_line(Scanner *s) {
  while (next(s) != '\n' && !s->lexer->eof(s->lexer)) step(s);
}

// Behind `/*`; such comments nest.
static bool skip_block_comment(Scanner *s) {
  for (unsigned depth = 1; depth > 0;) {
    if (s->lexer->eof(s->lexer)) return false;
    if (take(s, '/')) {
      if (take(s, '*')) depth++;
    } else if (take(s, '*')) {
      if (take(s, '/')) depth--;
    } else {
      step(s);
    }
  }
  return true;
}

// Before `"`: opens a string of one line or of many, or steps over an empty one.
static bool open_string(Scanner *s, unsigned hashes) {
  step(s);
  bool is_multiline = false;
  if (take(s, '"')) {
    if (take(s, '"')) {
      is_multiline = true;
    } else {
      unsigned closing = 0;
      while (closing < hashes && take(s, '#')) closing++;
      if (closing == hashes) return true;
    }
  }
  return open_level(s, (Level){'"', is_multiline, hashes});
}

static bool step_in_string(Scanner *s) {
  Level *string = &s->levels[s->depth - 1];
  if (next(s) == '\n' && !string->is_multiline) return false;
  if (take(s, '\\')) {
    for (unsigned i = 0; i < string->hashes; i++) {
      if (!take(s, '#')) return true;
    }
    if (take(s, '(')) return open_level(s, (Level){')', false, 0});
    if (next(s) != '\n') step(s);
    return true;
  }
  if (!take(s, '"')) {
    step(s);
    return true;
  }
  if (string->is_multiline) {
    unsigned quotes = 1;
    while (take(s, '"')) quotes++;
    if (quotes < 3) return true;
  }
  for (unsigned i = 0; i < string->hashes; i++) {
    if (!take(s, '#')) return true;
  }
  s->depth--;
  return true;
}

// One lexical step outside strings: a comment, the start of a string, a bracket, a character.
static bool step_in_code(Scanner *s) {
  int32_t c = next(s);
  switch (c) {
    case '/':
      step(s);
      if (next(s) == '/') {
        skip_line(s);
      } else if (take(s, '*')) {
        return skip_block_comment(s);
      }
      return true;
    case '#': {
      unsigned hashes = 0;
      while (take(s, '#')) hashes++;
      return next(s) == '"' ? open_string(s, hashes) : true;
    }
    case '"':
      return open_string(s, 0);
    case '(':
      step(s);
      return open_level(s, (Level){')', false, 0});
    case '[':
      step(s);
      return open_level(s, (Level){']', false, 0});
    case '{':
      step(s);
      return open_level(s, (Level){'}', false, 0});
    case ')':
    case ']':
    case '}':
      if (s->depth == 0 || s->levels[s->depth - 1].closer != c) return false;
      step(s);
      s->depth--;
      return true;
    default:
      step(s);
      return true;
  }
}

// Everything up to the `}` that the text did not open.
static bool scan_block(Scanner *s) {
  bool has_text = false;
  while (!s->lexer->eof(s->lexer)) {
    bool in_string = s->depth > 0 && s->levels[s->depth - 1].closer == '"';
    if (next(s) == '}' && s->depth == 0) return has_text;
    bool is_space = !in_string && (is_blank(next(s)) || next(s) == '\n');
    if (!(in_string ? step_in_string(s) : step_in_code(s))) return false;
    if (!is_space) {
      s->lexer->mark_end(s->lexer);
      has_text = true;
    }
  }
  return false;
}

static bool scan_lines(Scanner *s, enum TokenType type) {
  bool has_text = false;
  // The character before; a `then` behind one of a name, `.` or a backtick is part of Swift.
  int32_t before = ' ';
  while (!s->lexer->eof(s->lexer)) {
    if (s->depth > 0 && s->levels[s->depth - 1].closer == '"') {
      if (!step_in_string(s)) return false;
      before = '"';
      s->lexer->mark_end(s->lexer);
      continue;
    }
    int32_t c = next(s);
    if (s->depth == 0) {
      if (c == '\n' || c == '}' || (type == COLLECTION && c == '{')) break;
      if (type == ACTION && c == 't' && !is_name_part(before) && before != '.' && before != '`') {
        // The end is marked already, before the word.
        const char *word = "then";
        unsigned length = 0;
        while (length < 4 && next(s) == word[length]) {
          step(s);
          length++;
        }
        if (length == 4 && !is_name_part(next(s))) return has_text;
        s->lexer->mark_end(s->lexer);
        has_text = true;
        before = 't';
        continue;
      }
      if (c == '/') {
        step(s);
        if (next(s) == '/') return has_text;
        if (take(s, '*') && !skip_block_comment(s)) return false;
        s->lexer->mark_end(s->lexer);
        has_text = true;
        before = '/';
        continue;
      }
    }
    if (!step_in_code(s)) return false;
    before = c;
    if (!is_blank(c) && c != '\n') {
      s->lexer->mark_end(s->lexer);
      has_text = true;
    }
  }
  return has_text && s->depth == 0;
}

void *tree_sitter_rules_external_scanner_create(void) { return NULL; }
void tree_sitter_rules_external_scanner_destroy(void *payload) { (void)payload; }
void tree_sitter_rules_external_scanner_deserialize(void *payload, const char *buffer, unsigned n) {
  (void)payload, (void)buffer, (void)n;
}
unsigned tree_sitter_rules_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload, (void)buffer;
  return 0;
}

bool tree_sitter_rules_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  // While recovering from an error everything is valid: nothing tells where Swift text starts.
  if (valid[ACTION] && valid[EXPRESSION]) return false;
  Scanner scanner;
  scanner.lexer = lexer;
  scanner.depth = 0;
  if (valid[BLOCK]) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') lexer->advance(lexer, true);
    lexer->result_symbol = BLOCK;
    return scan_block(&scanner);
  }
  enum TokenType type;
  if (valid[ACTION]) {
    type = ACTION;
  } else if (valid[COLLECTION]) {
    type = COLLECTION;
  } else if (valid[EXPRESSION]) {
    type = EXPRESSION;
  } else {
    return false;
  }
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (type == ACTION && lexer->lookahead == '{') return false;
  lexer->result_symbol = type;
  return scan_lines(&scanner, type);
}
