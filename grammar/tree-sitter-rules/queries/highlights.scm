; In the order of precedence of editors that let the last match win.

(identifier) @variable

((comment) @comment.documentation (#match? @comment.documentation "^///($|[^/])"))
((comment) @comment (#not-match? @comment "^///($|[^/])"))
(string) @string
(integer) @number
(boolean) @constant.builtin

["import"] @keyword
["enum" "task" "pool" "fact" "related" "define" "always" "each" "event" "rule" "wait" "goal"] @keyword
["extern" "lazy" "stable" "fair"] @keyword
["initially" "absent" "when" "do" "then" "over" "for" "in" "stay" "forget" "any" "warn" "after"] @keyword
["explore" "policy" "budget" "where" "links"] @keyword
["all" "some" "none" "one" "of" "and" "or" "not"] @keyword.operator
(policy ["gap" "overlap" "stall" "unreachable" "busy" "error" "warn" "allow"] @constant.builtin)
(duration ["ms" "s" "min"] @keyword)

["=" "==" "!=" "<" "<=" ">" ">=" "=>" "*" "?"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" ";" "."] @punctuation.delimiter

(enum name: (identifier) @type)
(enum "{" (identifier) @constant)
(task name: (identifier) @type)
(pool name: (identifier) @type)
(parameter type: (path (identifier) @type))
(fact type: (identifier) @type)
((fact type: (identifier) @type.builtin)
  (#match? @type.builtin "^(Bool|Int)$"))
(related type: (identifier) @type)
(each type: (path (identifier) @type))
(pool_task task: (identifier) @type)
(part task: (identifier) @type)
(each name: (identifier) @namespace)
(quantifier each: (identifier) @namespace)
(define name: (identifier) @function)
(event name: (identifier) @function)
(rule name: (identifier) @function)
(wait name: (identifier) @function)
((range (identifier) @constant.builtin)
  (#match? @constant.builtin "^(min|max)$"))
