/// The grammar of .rules files for editors. rules.ebnf is the authority; this one accepts a little
/// more (a reserved word where only a name can stand), which the compiler refuses.

/// Words that mean something at one place and are names everywhere else.
const CONTEXTUAL = [
  'absent', 'fair', 'warn', 'after', 'all', 'some', 'none', 'one', 'of', 'where', 'links', 'budget',
  'gap', 'overlap', 'stall', 'unreachable', 'busy', 'error', 'allow', 'ms', 's', 'min',
];

const list = (item, separator = ',') => seq(item, repeat(seq(separator, item)));

module.exports = grammar({
  name: 'rules',

  word: ($) => $._word,
  extras: ($) => [/\s/, $.comment],

  // Swift text ends where only counting its brackets tells: see src/scanner.c.
  externals: ($) => [$._swift_action, $._swift_block, $._swift_collection, $._swift_expression],

  // A `when` behind a wait or an event opens a group if a brace follows its condition.
  conflicts: ($) => [[$.wait], [$.event], [$.identifier, $.quantifier], [$.identifier, $.one_of]],

  rules: {
    source_file: ($) => repeat(choice($.import, $.enum, $.task, $.pool)),

    comment: () => token(seq('//', /[^\n]*/)),
    import: ($) => seq('import', choice(field('module', $.identifier), field('file', $.string))),
    enum: ($) =>
      seq(optional('extern'), 'enum', field('name', $.identifier), '{', list($.identifier), '}'),

    task: ($) =>
      seq(
        'task', field('name', $.identifier),
        optional(seq('(', list($.parameter), ')')),
        '{', repeat(choice($._item, $.related, $.each)), '}'),
    parameter: ($) =>
      seq(field('name', $.identifier), ':', field('type', $.path), optional('?')),
    _item: ($) =>
      choice($.fact, $.define, $.always, $.event, $.group, $.rule, $.wait, $.goal),
    related: ($) =>
      seq(
        'related', field('name', $.identifier), ':', field('type', $.identifier), optional('?'),
        optional(seq('absent', list($.identifier)))),
    each: ($) =>
      seq(
        'each', field('name', $.identifier), ':', field('type', $.path),
        'in', field('collection', alias($._swift_collection, $.swift)),
        '{', repeat($._item), '}'),

    fact: ($) =>
      seq(
        repeat(choice('lazy', 'stable')), 'fact',
        choice(list($._term), $.chain), ':', field('type', $.identifier),
        optional(seq('initially', list($._value))),
        optional(seq('=', field('value', alias($._swift_expression, $.swift))))),
    chain: ($) => seq($._term, repeat1(seq(choice('<=', '<'), $._term))),
    define: ($) =>
      seq(optional('stable'), 'define', field('name', $.identifier), '=', $._condition),
    always: ($) => seq('always', optional(field('label', $.string)), $._condition),
    event: ($) =>
      seq(
        'event', field('name', $.identifier), optional(field('label', $.string)),
        optional('fair'), optional($._when), optional($.then)),

    group: ($) => seq($._when, '{', repeat(choice($.group, $.rule, $.wait)), '}'),
    rule: ($) =>
      seq(
        'rule', field('name', $.identifier), optional(field('label', $.string)),
        optional($.over), optional($._when),
        'do', field('action', choice($._block, alias($._swift_action, $.swift))),
        optional($.then)),
    _block: ($) => seq('{', optional(alias($._swift_block, $.swift)), '}'),
    wait: ($) =>
      seq(
        'wait', field('name', $.identifier), optional(field('label', $.string)),
        optional($.over), 'for', list($.path), optional($._when),
        optional(seq('warn', 'after', $.duration))),
    goal: ($) => seq('goal', optional(field('label', $.string)), $._condition),
    over: ($) => seq('over', list(choice($.identifier, 'goal'))),
    _when: ($) => seq('when', field('condition', $._condition)),

    then: ($) => seq('then', list($._effects, 'or')),
    _effects: ($) => choice($.stay, list($.change)),
    stay: ($) => seq('stay', optional(seq('after', $.duration))),
    change: ($) =>
      choice(
        seq('forget', field('target', $.path)),
        seq(field('target', $.path), '=', choice($._value, $.any))),
    any: ($) =>
      seq('any', optional(choice(seq('{', list($._value), '}'), seq('in', $.range)))),
    range: ($) => seq(choice('(', '['), $._term, ',', $._term, choice(')', ']')),

    _condition: ($) =>
      choice(
        $.implication, $.or, $.and, $.not, $.quantifier, $.one_of, $.comparison, $.membership,
        $.parenthesized, $.boolean, $.path),
    implication: ($) => prec.right(1, seq($._condition, '=>', $._condition)),
    or: ($) => prec.left(2, seq($._condition, 'or', $._condition)),
    and: ($) => prec.left(3, seq($._condition, choice('and', ','), $._condition)),
    not: ($) => prec(4, seq('not', $._condition)),
    quantifier: ($) =>
      prec(4, seq(
        choice('all', 'some', 'none'), field('each', $.identifier), ':', $._condition)),
    one_of: ($) => seq('one', 'of', '{', list($._condition, ';'), '}'),
    comparison: ($) => seq($.path, choice('==', '!=', '<', '<=', '>', '>='), $._value),
    membership: ($) => seq($.path, 'in', '{', list($._value), '}'),
    parenthesized: ($) => seq('(', $._condition, ')'),

    pool: ($) =>
      seq(
        'pool', field('name', $.identifier),
        '{', repeat(choice($.pool_task, $.explore, $.policy)), '}'),
    pool_task: ($) =>
      seq(
        'task', field('task', $.identifier),
        optional(seq(
          'where', field('from', $.identifier), 'links', field('to', $.identifier)))),
    explore: ($) => seq('explore', list($.part), optional(seq('budget', $.integer))),
    part: ($) =>
      seq(
        field('task', $.identifier), optional(seq('*', $.integer)),
        optional(seq('(', list(seq($.identifier, '*', $.integer)), ')'))),
    policy: ($) =>
      seq(
        'policy', choice('gap', 'overlap', 'stall', 'unreachable', 'busy'),
        choice('error', 'warn', 'allow')),

    path: ($) => list($.identifier, '.'),
    _term: ($) => choice($.identifier, $.integer),
    _value: ($) => choice($.identifier, $.integer, $.boolean),
    boolean: () => choice('true', 'false'),
    duration: ($) => seq($.integer, choice('ms', 's', 'min')),

    identifier: ($) => choice($._word, ...CONTEXTUAL),
    _word: () => /[A-Za-z_][A-Za-z0-9_]*/,
    integer: () => /-?[0-9][0-9_]*/,
    string: () => /"([^"\\\n]|\\["\\])*"/,
  },
});
