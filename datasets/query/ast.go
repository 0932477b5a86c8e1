package query

// node is a part of a parsed condition; pos is its byte offset in the text.
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

// call is a function with its arguments.
type call struct {
	function *Function
	args     []node
	at       int
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
func (n *logic) pos() int      { return n.at }
func (n *comparison) pos() int { return n.at }
func (n *like) pos() int       { return n.at }
func (n *in) pos() int         { return n.at }
func (n *between) pos() int    { return n.at }
func (n *isNull) pos() int     { return n.at }
