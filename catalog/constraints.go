package catalog

import (
	"regexp"
	"regexp/syntax"
	"strconv"
)

// What a pattern may be at most: matching takes time with the length of both.
const (
	maxPattern     = 1000 // bytes as written
	maxInstruction = 5000 // steps that it compiles to
)

// Whole compiles the pattern, so that it matches whole texts only; nil where
// there is none. The error is of kind Invalid, without Field.
func (c *Constraints) Whole() (*regexp.Regexp, error) {
	if c.Pattern == "" {
		return nil, nil
	}
	const fix = "write an RE2 pattern, such as [0-9]{6}: no look-around, no back-references"
	if len(c.Pattern) > maxPattern {
		return nil, Errorf(Invalid, "shorten the pattern, or give the values as enum", "the pattern has %d characters, the most is %d", len(c.Pattern), maxPattern)
	}
	tree, err := syntax.Parse(c.Pattern, syntax.Perl)
	if err != nil {
		return nil, Errorf(Invalid, fix, "the pattern cannot be read: %v", err)
	}
	if steps(tree) > maxInstruction {
		return nil, Errorf(Invalid, "repeat less in the pattern, or give the values as enum", "the pattern is too large once its repetitions are written out")
	}
	whole, err := regexp.Compile(`\A(?:` + c.Pattern + `)\z`)
	if err != nil {
		return nil, Errorf(Invalid, fix, "the pattern cannot be read: %v", err)
	}
	return whole, nil
}

// steps tells about how many steps a pattern compiles to, repetitions written
// out, without doing so.
func steps(tree *syntax.Regexp) int {
	n := 1 + len(tree.Rune)
	if tree.Op == syntax.OpCharClass {
		n = 1 + len(tree.Rune)/20 // one step that looks through its ranges
	}
	for _, sub := range tree.Sub {
		n += steps(sub)
	}
	if tree.Op == syntax.OpRepeat {
		n *= max(tree.Min, tree.Max, 1)
	}
	return min(n, 1<<30)
}

// Check says whether some value of the type can keep the rules; "" stands for a
// type that is found out later. at is the place of the rules in the JSON. The
// error is of kind Invalid and names the field.
func (c *Constraints) Check(at string, t Type) error {
	if _, err := c.Whole(); err != nil {
		return within(at+".pattern", err)
	}
	if t != "" && t != TypeText {
		for field, there := range map[string]bool{"pattern": c.Pattern != "", "min_length": c.MinLength != 0, "max_length": c.MaxLength != 0} {
			if there {
				return invalid(at+"."+field, "leave it out, or read the column as text", "%s is a rule for text, the column is %s", field, t)
			}
		}
	}
	switch {
	case c.MinLength < 0:
		return invalid(at+".min_length", "give a number of characters from 0 on", "%d is no length", c.MinLength)
	case c.MaxLength < 0:
		return invalid(at+".max_length", "give a number of characters from 1 on, or leave it out", "%d is no length", c.MaxLength)
	case c.MaxLength > 0 && c.MaxLength < c.MinLength:
		return invalid(at+".max_length", "exchange the two, or correct one", "no text has at least %d and at most %d characters", c.MinLength, c.MaxLength)
	}
	if err := c.checkBounds(at, t); err != nil {
		return err
	}
	if err := c.checkEnum(at, t); err != nil {
		return err
	}
	return c.Reference.check(at + ".reference")
}

func (c *Constraints) checkBounds(at string, t Type) error {
	if c.Minimum == "" && c.Maximum == "" {
		return nil
	}
	types := []Type{t}
	if t == "" {
		types = []Type{TypeDecimal, TypeDate, TypeDatetime, TypeTime}
	}
	var err error
	for _, t := range types {
		if err = c.boundsOf(at, t); err == nil {
			return nil
		}
	}
	if t == "" {
		return invalid(at, "write both as numbers, dates or times, such as 0, 2024-05-31 or 09:30:00", "the bounds %q and %q are not of one type", c.Minimum, c.Maximum)
	}
	return err
}

func (c *Constraints) boundsOf(at string, t Type) error {
	if c.Minimum != "" {
		if _, err := ParseBound(t, c.Minimum); err != nil {
			return within(at+".minimum", err)
		}
	}
	if c.Maximum == "" {
		return nil
	}
	top, err := ParseBound(t, c.Maximum)
	if err != nil {
		return within(at+".maximum", err)
	}
	if c.Minimum != "" && top.below(c.Minimum, t) {
		return invalid(at+".maximum", "exchange the two, or correct one", "the maximum %s is below the minimum %s", c.Maximum, c.Minimum)
	}
	return nil
}

// below reports whether the bound is smaller than another of its type.
func (b *Bound) below(other string, t Type) bool {
	if b.kind == IntValue {
		return compareNumbers(b.text, other) < 0
	}
	o, err := ParseBound(t, other)
	return err == nil && b.at < o.at
}

func (c *Constraints) checkEnum(at string, t Type) error {
	if len(c.Enum) > maxNames {
		return invalid(at+".enum", "publish the allowed values as a dataset and refer to it with reference", "%d values, the most is %d", len(c.Enum), maxNames)
	}
	seen := map[string]bool{}
	for i, v := range c.Enum {
		field := at + ".enum[" + strconv.Itoa(i) + "]"
		if seen[v] || v == "" {
			return invalid(field, "leave it out", "%q stands twice among the allowed values, or is none", v)
		}
		seen[v] = true
		if err := checkTexts(field, maxRecipeText, v); err != nil {
			return err
		}
		switch t {
		case "", TypeText, TypePeriod:
		case TypeBoolean:
			if v != "true" && v != "false" {
				return invalid(field, "write true or false", "%q is no %s", v, t)
			}
		default:
			if _, err := ParseBound(t, v); err != nil {
				return within(field, err)
			}
		}
	}
	return nil
}

func (r *Reference) check(at string) error {
	if r == nil {
		return nil
	}
	if r.Dataset != "" {
		if err := CheckSlug(at+".dataset", r.Dataset); err != nil {
			return err
		}
	}
	if r.Table != "" && r.Table != loneTable && !Identifier(r.Table) {
		return invalid(at+".table", "give the API name of a table", "%q is no table's name", r.Table)
	}
	if !Identifier(r.Column) {
		return invalid(at+".column", "give the API name of a column", "%q is no column's name", r.Column)
	}
	return nil
}

// within puts the place into an error that has none.
func within(field string, err error) error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // ours, made just now
		e.Field = field
	}
	return err
}
