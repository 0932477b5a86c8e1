package query

import "slices"

// node is a part of a parsed expression; pos is its byte offset in the text.
type node interface{ pos() int }

// literalKind says how a value was written.
type literalKind uint8

const (
	literalString literalKind = iota
	literalNumber
	literalPercent
	literalBoolean
	literalNull
)

// literal is a value as it was typed. What it means is decided by what it is
// compared with.
type literal struct {
	kind literalKind
	text string
	at   int
}

// columnRef names a column; quoted says it stood in double quotes.
type columnRef struct {
	name   string
	quoted bool
	at     int
}

// call is a function with its arguments; distinct stands before the argument
// of an aggregate, and rows says that it was count(*).
type call struct {
	function *Function
	args     []node
	distinct bool
	rows     bool
	at       int
}

// arithmetic is left operator right, for + - * / and ||; at is the operator's
// place.
type arithmetic struct {
	operator    *Operator
	left, right node
	at          int
}

// negative is the number with the other sign.
type negative struct {
	x  node
	at int
}

// choice is case: the first branch whose condition holds, or whose value
// equals the subject, which is nil where there is none.
type choice struct {
	subject   node
	when      []node
	then      []node
	otherwise node // nil gives no value
	at        int
}

// conversion is cast(x as type).
type conversion struct {
	x   node
	to  valueType
	try bool // what cannot be converted has no value
	at  int
}

// not turns a condition around.
type not struct {
	x  node
	at int
}

// logic joins conditions by and, or. Chains are one node, so that a long chain
// is not deep.
type logic struct {
	operator *Operator
	terms    []node
	at       int
}

// comparison is left operator right; at is the operator's place.
type comparison struct {
	operator    *Operator
	left, right node
	at          int
}

// like compares with a pattern; escape 0 stands for the backslash.
type like struct {
	x       node
	pattern literal
	escape  rune
	fold    bool // without regard to case
	negate  bool
	at      int
}

// in looks for a value in a list.
type in struct {
	x      node
	list   []node
	negate bool
	at     int
}

// between is low <= x and x <= high.
type between struct {
	x, low, high node
	negate       bool
	at           int
}

// isNull asks whether there is no value.
type isNull struct {
	x      node
	negate bool
	at     int
}

func (n *literal) pos() int    { return n.at }
func (n *columnRef) pos() int  { return n.at }
func (n *call) pos() int       { return n.at }
func (n *not) pos() int        { return n.at }
func (n *arithmetic) pos() int { return n.at }
func (n *negative) pos() int   { return n.at }
func (n *choice) pos() int     { return n.at }
func (n *conversion) pos() int { return n.at }
func (n *logic) pos() int      { return n.at }
func (n *comparison) pos() int { return n.at }
func (n *like) pos() int       { return n.at }
func (n *in) pos() int         { return n.at }
func (n *between) pos() int    { return n.at }
func (n *isNull) pos() int     { return n.at }

// hasAggregate reports whether an aggregate stands in an expression.
func hasAggregate(n node) bool {
	if c, ok := n.(*call); ok && c.function.aggregate {
		return true
	}
	return slices.ContainsFunc(parts(n), hasAggregate)
}

// parts are the expressions that an expression is made of.
func parts(n node) []node {
	switch n := n.(type) {
	case *call:
		return n.args
	case *not:
		return []node{n.x}
	case *logic:
		return n.terms
	case *comparison:
		return []node{n.left, n.right}
	case *arithmetic:
		return []node{n.left, n.right}
	case *negative:
		return []node{n.x}
	case *conversion:
		return []node{n.x}
	case *like:
		return []node{n.x}
	case *in:
		return append([]node{n.x}, n.list...)
	case *between:
		return []node{n.x, n.low, n.high}
	case *isNull:
		return []node{n.x}
	case *choice:
		list := append(slices.Clone(n.when), n.then...)
		for _, x := range []node{n.subject, n.otherwise} {
			if x != nil {
				list = append(list, x)
			}
		}
		return list
	}
	return nil
}
