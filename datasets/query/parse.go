package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// parser is a Pratt parser: the operator table says how tightly each operator
// binds, and expression climbs by it.
type parser struct {
	lexer
	tok   token
	depth int
	nodes int
}

// newParser begins to read the text of a parameter.
func newParser(field, text string) (*parser, *catalog.Error) {
	p := &parser{lexer: lexer{field: field, text: text}}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, p.advance()
}

// parseCondition reads a condition that is the whole text of a parameter; the
// text must not be blank.
func parseCondition(field, text string) (node, *catalog.Error) {
	p, err := newParser(field, text)
	if err != nil {
		return nil, err
	}
	n, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, p.unexpected("an operator or the end", p.afterward())
	}
	return n, nil
}

// afterward guesses why something follows a complete condition.
func (p *parser) afterward() string {
	switch {
	case p.tok.text == ")":
		return "remove the parenthesis, or open one before it"
	case p.tok.kind == tokenSymbol && p.tok.text == ",":
		return "join conditions with and, or; lists of values go into in (...)"
	case p.tok.kind == tokenName && slices.Contains([]string{"order", "limit", "group", "having"}, strings.ToLower(p.tok.text)):
		return "leave it out: group_by, having, order_by and limit are parameters of their own"
	}
	return "join conditions with and, or; put text in single quotes"
}

func (p *parser) advance() *catalog.Error {
	t, err := p.next()
	if err != nil {
		return err
	}
	p.tok = t
	return nil
}

func (p *parser) unexpected(wanted, fix string) *catalog.Error {
	err := p.fail(p.tok.pos, fix, "%s was expected here, not %s", wanted, p.tok)
	if p.tok.kind == tokenEnd {
		return err.Mark(catalog.SlipToken, "")
	}
	return err.Mark(catalog.SlipToken, p.tok.String())
}

func (p *parser) is(kind tokenKind, text string) bool {
	return p.tok.kind == kind && p.tok.text == text
}

func (p *parser) expect(symbol, fix string) *catalog.Error {
	if !p.is(tokenSymbol, symbol) {
		return p.unexpected(symbol, fix)
	}
	return p.advance()
}

// count bounds the size of the tree.
func (p *parser) count(at int) *catalog.Error {
	if p.nodes++; p.nodes > MaxNodes {
		return p.fail(at, "use in (...) for many values, or ask in several requests",
			"%s has more than %d names, values and operators", p.field, MaxNodes)
	}
	return nil
}

// enter bounds the nesting, and with it the recursion of everything that walks
// the tree.
func (p *parser) enter(at int) *catalog.Error {
	if p.depth++; p.depth > MaxDepth {
		return p.fail(at, "remove parentheses that are not needed", "%s is nested deeper than %d", p.field, MaxDepth)
	}
	return p.count(at)
}

// expression reads operators that bind tighter than least.
func (p *parser) expression(least int) (node, *catalog.Error) {
	left, err := p.prefix()
	if err != nil {
		return nil, err
	}
	for {
		op := p.infix()
		if op == nil || op.binding <= least {
			return left, nil
		}
		if err := p.count(p.tok.pos); err != nil {
			return nil, err
		}
		if left, err = p.join(left, op); err != nil {
			return nil, err
		}
	}
}

// infix gives the operator that the present token begins, nil where it is none.
func (p *parser) infix() *Operator {
	if p.tok.kind != tokenKeyword && p.tok.kind != tokenSymbol {
		return nil
	}
	word := p.tok.text
	if word == "not" {
		word = "in" // not in, not between, not like bind alike
	}
	for i := range operators {
		op := &operators[i]
		if first, _, _ := strings.Cut(op.Name, " "); first == word && !op.prefix {
			return op
		}
	}
	return nil
}

// join reads what follows left, beginning at its operator.
func (p *parser) join(left node, op *Operator) (node, *catalog.Error) {
	at, negate := p.tok.pos, false
	if p.is(tokenKeyword, "not") {
		negate = true
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	word := p.tok.text
	if negate && (p.tok.kind != tokenKeyword || !negatable[word]) {
		return nil, p.unexpected("in, between or like", "write not before the whole condition: not a = 1")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	var n node
	var err *catalog.Error
	switch word {
	case "and", "or":
		return p.logic(left, op, at)
	case "in":
		n, err = p.in(left, negate, at)
	case "between":
		n, err = p.between(left, negate, at)
	case "like", "ilike":
		n, err = p.like(left, word == "ilike", negate, at)
	case "is":
		n, err = p.isNull(left, at)
	default:
		if op.binding > bindingCompare {
			return p.arithmetic(left, op, at)
		}
		n, err = p.comparison(left, op, at)
	}
	if err != nil {
		return nil, err
	}
	// Conditions do not chain: a < b < c means something else than it looks like.
	if next := p.infix(); next != nil && next.binding == op.binding {
		return nil, p.fail(p.tok.pos, "join two conditions with and: a < b and b < c", "a second operator follows a complete condition")
	}
	return n, nil
}

// negatable are the operators that may have not before them.
var negatable = map[string]bool{"in": true, "between": true, "like": true, "ilike": true}

func (p *parser) logic(left node, op *Operator, at int) (node, *catalog.Error) {
	right, err := p.expression(op.binding)
	if err != nil {
		return nil, err
	}
	if l, ok := left.(*logic); ok && l.operator == op {
		l.terms = append(l.terms, right)
		return l, nil
	}
	return &logic{op, []node{left, right}, at}, nil
}

func (p *parser) comparison(left node, op *Operator, at int) (node, *catalog.Error) {
	right, err := p.expression(op.binding)
	if err != nil {
		return nil, err
	}
	return &comparison{op, left, right, at}, nil
}

func (p *parser) arithmetic(left node, op *Operator, at int) (node, *catalog.Error) {
	right, err := p.expression(op.binding)
	if err != nil {
		return nil, err
	}
	return &arithmetic{op, left, right, at}, nil
}

func (p *parser) in(left node, negate bool, at int) (node, *catalog.Error) {
	const fix = "write the values in parentheses: code in ('007', '008')"
	if err := p.expect("(", fix); err != nil {
		return nil, err
	}
	list, err := p.list(MaxList, bindingCompare, "ask in several requests, or download the table", fix)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, p.fail(at, fix, "the list is empty")
	}
	return &in{left, list, negate, at}, nil
}

// list reads expressions of operators that bind tighter than least, up to the
// closing parenthesis.
func (p *parser) list(most, least int, manyFix, fix string) ([]node, *catalog.Error) {
	var list []node
	for !p.is(tokenSymbol, ")") {
		if len(list) > 0 {
			if err := p.expect(",", fix); err != nil {
				return nil, err
			}
		}
		if len(list) == most {
			return nil, p.fail(p.tok.pos, manyFix, "a list of more than %d values", most)
		}
		n, err := p.expression(least)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, p.advance()
}

func (p *parser) between(left node, negate bool, at int) (node, *catalog.Error) {
	low, err := p.expression(bindingCompare)
	if err != nil {
		return nil, err
	}
	if !p.is(tokenKeyword, "and") {
		return nil, p.unexpected("and", "write both ends: n between 1 and 5")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	high, err := p.expression(bindingCompare)
	if err != nil {
		return nil, err
	}
	return &between{left, low, high, negate, at}, nil
}

func (p *parser) like(left node, fold, negate bool, at int) (node, *catalog.Error) {
	if p.tok.kind != tokenString {
		return nil, p.unexpected("a pattern in single quotes", "write name like '%road%': % stands for any text, _ for one character")
	}
	n := &like{x: left, pattern: literal{literalString, p.tok.text, p.tok.pos}, escape: '\\', fold: fold, negate: negate, at: at}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.is(tokenKeyword, "escape") {
		return n, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind != tokenString || utf8.RuneCountInString(p.tok.text) != 1 {
		return nil, p.unexpected("one character in single quotes", "write like '50!%' escape '!'")
	}
	n.escape, _ = utf8.DecodeRuneInString(p.tok.text)
	return n, p.advance()
}

func (p *parser) isNull(left node, at int) (node, *catalog.Error) {
	negate := p.is(tokenKeyword, "not")
	if negate {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if !p.is(tokenKeyword, "null") {
		return nil, p.unexpected("null or not null", "write x is null, x is not null, or x = true")
	}
	return &isNull{left, negate, at}, p.advance()
}

// prefix reads an operand.
func (p *parser) prefix() (node, *catalog.Error) {
	t := p.tok
	if err := p.count(t.pos); err != nil {
		return nil, err
	}
	switch {
	case t.kind == tokenName:
		return p.nameOrCall()
	case t.kind == tokenQuoted:
		return &columnRef{t.text, true, t.pos}, p.advance()
	case t.kind == tokenString:
		return &literal{literalString, t.text, t.pos}, p.advance()
	case t.kind == tokenNumber:
		return &literal{literalNumber, t.text, t.pos}, p.advance()
	case t.kind == tokenPercent:
		return &literal{literalPercent, t.text, t.pos}, p.advance()
	case p.is(tokenKeyword, "true"), p.is(tokenKeyword, "false"):
		return &literal{literalBoolean, t.text, t.pos}, p.advance()
	case p.is(tokenKeyword, "null"):
		return &literal{literalNull, t.text, t.pos}, p.advance()
	case p.is(tokenKeyword, "not"):
		return p.not()
	case p.is(tokenSymbol, "-"):
		return p.negative()
	case p.is(tokenSymbol, "("):
		return p.parenthesis()
	}
	fix, wanted := "write a condition such as name = 'text' or amount > 1000", "a column or a value"
	switch p.field {
	case "order_by":
		fix, wanted = orderFix, "a column"
	case "group_by":
		fix, wanted = "write group_by as name, other_name", "a column"
	case "select":
		fix = "write select as name, other_name, sum(amount) as total"
	}
	if t.kind == tokenKeyword {
		fix = `a column of that name is written in double quotes: "` + t.text + `"`
	}
	return nil, p.unexpected(wanted, fix)
}

func (p *parser) not() (node, *catalog.Error) {
	at := p.tok.pos
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.expression(bindingNot)
	if err != nil {
		return nil, err
	}
	return &not{x, at}, nil
}

func (p *parser) negative() (node, *catalog.Error) {
	at := p.tok.pos
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch p.tok.kind {
	case tokenPercent:
		return &literal{literalPercent, "-" + p.tok.text, at}, p.advance()
	case tokenNumber:
		return &literal{literalNumber, "-" + p.tok.text, at}, p.advance()
	}
	x, err := p.expression(bindingMinus)
	if err != nil {
		return nil, err
	}
	return &negative{x, at}, nil
}

func (p *parser) parenthesis() (node, *catalog.Error) {
	open := p.tok.pos
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if !p.is(tokenSymbol, ")") {
		return nil, p.unexpected(")", "close the parenthesis, or join conditions with and, or")
	}
	return n, p.advance()
}
