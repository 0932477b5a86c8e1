package query

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// nameOrCall reads what begins with a bare word: a column, a function, or one
// of the forms that read like words (case, cast, extract).
func (p *parser) nameOrCall() (node, *catalog.Error) {
	t := p.tok
	if strings.EqualFold(t.text, "case") && p.beginsCase() {
		return p.choice()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.is(tokenSymbol, "(") {
		return &columnRef{t.text, false, t.pos}, nil
	}
	if err := p.enter(t.pos); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	switch strings.ToLower(t.text) {
	case "cast", "try_cast":
		return p.conversion(t)
	case "extract":
		return p.extract(t)
	}
	f := functionNamed(t.text)
	if f == nil {
		return nil, p.fail(t.pos, "the functions are "+functionNames()+suggestion(t.text, functionList()), "there is no function %s", shorten(t.text)).Mark(catalog.SlipFunction, shorten(t.text))
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	return p.arguments(f, t)
}

// word reports whether the present token is that bare word.
func (p *parser) word(text string) bool {
	return p.tok.kind == tokenName && strings.EqualFold(p.tok.text, text)
}

// peek gives the token behind the present one.
func (p *parser) peek() token {
	l := p.lexer
	t, err := l.next()
	if err != nil {
		return token{kind: tokenEnd}
	}
	return t
}

// beginsCase tells a case expression from a column of that name: behind a
// column stands an operator or an end.
func (p *parser) beginsCase() bool {
	t := p.peek()
	switch t.kind {
	case tokenEnd:
		return false
	case tokenSymbol:
		return t.text == "("
	case tokenKeyword:
		return t.text == "null" || t.text == "true" || t.text == "false"
	case tokenName:
		return !strings.EqualFold(t.text, "asc") && !strings.EqualFold(t.text, "desc") && !strings.EqualFold(t.text, "as")
	}
	return true
}

// arguments reads what stands between the parentheses of a function.
func (p *parser) arguments(f *Function, t token) (node, *catalog.Error) {
	c := &call{function: f, at: t.pos}
	fix := "write it as " + f.Signature()
	if f.aggregate {
		switch next := p.peek(); {
		case p.is(tokenSymbol, "*"):
			if f.Name != "count" {
				return nil, p.fail(p.tok.pos, fix, "%s takes a column, not *", f.Name)
			}
			c.rows = true
			if err := p.advance(); err != nil {
				return nil, err
			}
			return c, p.expect(")", "write count(*)")
		case p.word("distinct") && next.kind != tokenEnd && (next.kind != tokenSymbol || next.text == "(" || next.text == "-"):
			if f.Name != "count" {
				return nil, p.fail(p.tok.pos, fix, "only count takes distinct")
			}
			c.distinct = true
			if err := p.advance(); err != nil {
				return nil, err
			}
		}
	}
	most := len(f.Params)
	if f.many() {
		most = MaxArguments
	}
	var err *catalog.Error
	if c.args, err = p.list(most, 0, fix, fix); err != nil {
		return nil, err
	}
	if len(c.args) < f.required() {
		return nil, p.fail(t.pos, fix, "%s takes %s, %d given", f.Name, f.arity(), len(c.args))
	}
	return c, nil
}

const caseFix = "write case when amount > 100 then 'big' else 'small' end"

func (p *parser) choice() (node, *catalog.Error) {
	n := &choice{at: p.tok.pos}
	if err := p.enter(n.at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	var err *catalog.Error
	if !p.word("when") {
		if n.subject, err = p.expression(0); err != nil {
			return nil, err
		}
	}
	for p.word("when") {
		if len(n.when) == MaxArguments {
			return nil, p.fail(p.tok.pos, "use fewer branches", "case has more than %d branches", MaxArguments)
		}
		when, err := p.behind()
		if err != nil {
			return nil, err
		}
		if !p.word("then") {
			return nil, p.unexpected("then", caseFix)
		}
		then, err := p.behind()
		if err != nil {
			return nil, err
		}
		n.when, n.then = append(n.when, when), append(n.then, then)
	}
	if len(n.when) == 0 {
		return nil, p.unexpected("when", caseFix)
	}
	if p.word("else") {
		if n.otherwise, err = p.behind(); err != nil {
			return nil, err
		}
	}
	if !p.word("end") {
		return nil, p.unexpected("end", caseFix)
	}
	return n, p.advance()
}

// behind reads the expression behind the present word.
func (p *parser) behind() (node, *catalog.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	return p.expression(0)
}

// conversion reads cast(x as type); the present token is its parenthesis.
func (p *parser) conversion(t token) (node, *catalog.Error) {
	fix := "write " + strings.ToLower(t.text) + "(x as type); the types are " + castNames()
	x, err := p.behind()
	if err != nil {
		return nil, err
	}
	if !p.word("as") {
		return nil, p.unexpected("as", fix)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind != tokenName {
		return nil, p.unexpected("a type", fix)
	}
	to, ok := castType(p.tok.text)
	if !ok {
		return nil, p.fail(p.tok.pos, "the types are "+castNames()+suggestion(p.tok.text, strings.Split(castNames(), ", ")), "there is no type %s", shorten(p.tok.text))
	}
	decimal := p.word("decimal")
	if err := p.advance(); err != nil {
		return nil, err
	}
	if decimal && p.is(tokenSymbol, "(") {
		if to, err = p.decimalSize(); err != nil {
			return nil, err
		}
	}
	n := &conversion{x: x, to: to, try: strings.EqualFold(t.text, "try_cast"), at: t.pos}
	return n, p.expect(")", fix)
}

// decimalSize reads the digits of a decimal: (12, 2).
func (p *parser) decimalSize() (valueType, *catalog.Error) {
	const fix = "write decimal(12, 2): all digits, up to 38, and those behind the point"
	at := p.tok.pos
	var size [2]int
	for i, end := range []string{",", ")"} {
		if err := p.advance(); err != nil {
			return valueType{}, err
		}
		n, err := strconv.Atoi(p.tok.text)
		if p.tok.kind != tokenNumber || err != nil {
			return valueType{}, p.unexpected("a whole number", fix)
		}
		size[i] = n
		if err := p.advance(); err != nil {
			return valueType{}, err
		}
		if !p.is(tokenSymbol, end) {
			return valueType{}, p.unexpected(end, fix)
		}
	}
	if size[0] < 1 || size[0] > 38 || size[1] > size[0] {
		return valueType{}, p.fail(at, fix, "there is no decimal(%d, %d)", size[0], size[1])
	}
	return decimalType(size[0], size[1]), p.advance()
}

// extract reads extract(year from x), another way to write year(x).
func (p *parser) extract(t token) (node, *catalog.Error) {
	fix := "write extract(year from day); the parts are " + strings.Join(dateParts(), ", ")
	if err := p.advance(); err != nil {
		return nil, err
	}
	f := functionNamed(p.tok.text)
	if p.tok.kind != tokenName || f == nil || !f.part {
		return nil, p.unexpected("a part of a date", fix+suggestion(p.tok.text, dateParts()))
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.word("from") {
		return nil, p.unexpected("from", fix)
	}
	x, err := p.behind()
	if err != nil {
		return nil, err
	}
	return &call{function: f, args: []node{x}, at: t.pos}, p.expect(")", fix)
}
