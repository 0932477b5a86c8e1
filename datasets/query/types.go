package query

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"gongkai/catalog"
)

// class is what may be compared with what.
type class uint8

const (
	classText class = iota
	classNumber
	classBoolean
	classDate
	classDatetime
	classTime
	classPeriod // a text that has no order of its own
)

// String is how messages call values of the class.
func (c class) String() string {
	return [...]string{"text", "a number", "a boolean", "a date", "a date with time", "a time of day", "a period"}[c]
}

// valueType is what an expression gives: its class and, for numbers, what of
// them it can hold.
type valueType struct {
	class   class
	percent bool
	float   bool // DOUBLE; else width and scale say it
	bigint  bool // BIGINT, whose range is no power of ten
	width   int  // digits in all
	scale   int  // digits behind the point
}

var (
	bigintType = valueType{class: classNumber, bigint: true, width: 19}
	doubleType = valueType{class: classNumber, float: true}
	textType   = valueType{class: classText}
)

func decimalType(width, scale int) valueType {
	return valueType{class: classNumber, width: width, scale: scale}
}

// typeOf reads the type of a column. How it is stored decides; the catalogue's
// type tells only a percent from a decimal and a period from a text.
func typeOf(c *catalog.Column) (valueType, bool) {
	t, ok := storedType(c.SQLType, c.Type)
	t.percent = c.Type == catalog.TypePercent && t.class == classNumber
	if c.Type == catalog.TypePeriod && t.class == classText {
		t.class = classPeriod
	}
	return t, ok
}

func storedType(sqlType string, byCatalog catalog.Type) (valueType, bool) {
	name := strings.ToUpper(strings.TrimSpace(sqlType))
	var width, scale int
	if n, _ := fmt.Sscanf(name, "DECIMAL(%d,%d)", &width, &scale); n == 2 && scale >= 0 && width >= scale && width <= 38 {
		return decimalType(width, scale), true
	}
	switch name {
	case "VARCHAR", "TEXT":
		return valueType{class: classText}, true
	case "BIGINT", "INTEGER", "SMALLINT", "TINYINT":
		return bigintType, true
	case "DOUBLE", "FLOAT", "REAL":
		return valueType{class: classNumber, float: true}, true
	case "BOOLEAN":
		return valueType{class: classBoolean}, true
	case "DATE":
		return valueType{class: classDate}, true
	case "TIMESTAMP", "DATETIME":
		return valueType{class: classDatetime}, true
	case "TIME":
		return valueType{class: classTime}, true
	case "":
		return plainType(byCatalog)
	}
	return valueType{}, false
}

// plainType is for columns whose storage nobody noted.
func plainType(t catalog.Type) (valueType, bool) {
	switch t {
	case catalog.TypeText, catalog.TypePeriod:
		return valueType{class: classText}, true
	case catalog.TypeInteger:
		return bigintType, true
	case catalog.TypeDecimal, catalog.TypePercent:
		return valueType{class: classNumber, float: true}, true
	case catalog.TypeBoolean:
		return valueType{class: classBoolean}, true
	case catalog.TypeDate:
		return valueType{class: classDate}, true
	case catalog.TypeDatetime:
		return valueType{class: classDatetime}, true
	case catalog.TypeTime:
		return valueType{class: classTime}, true
	}
	return valueType{}, false
}

// compare says where an unscaled number of the type's scale lies: -1 below
// what the type can hold, 1 above, 0 inside.
func (t valueType) compare(unscaled *big.Int) int {
	low, high := big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)
	if !t.bigint {
		high = new(big.Int).Sub(pow10(t.width), big.NewInt(1))
		low = new(big.Int).Neg(high)
	}
	switch {
	case unscaled.Cmp(low) < 0:
		return -1
	case unscaled.Cmp(high) > 0:
		return 1
	}
	return 0
}

// number renders a number of the type as a bound argument; unscaled must be
// inside the type.
func (t valueType) number(unscaled *big.Int) (sql string, arg any) {
	if t.bigint {
		return "?", unscaled.Int64()
	}
	text := decimal{unscaled, t.scale}.String()
	return fmt.Sprintf("CAST(? AS DECIMAL(%d,%d))", t.width, t.scale), text
}

// common reports whether two exact types fit into one without loss, which is
// when DuckDB compares their values without an error.
func common(a, b valueType) bool {
	if a.float || b.float {
		return true // both become DOUBLE
	}
	return max(a.width-a.scale, b.width-b.scale)+max(a.scale, b.scale) <= 38
}

// commonNumber is the exact type that holds all values of both, or DOUBLE; ok
// is false where no exact type does though both are exact.
func commonNumber(a, b valueType) (t valueType, ok bool) {
	percent := a.percent && b.percent
	if a.float || b.float || !common(a, b) {
		t = doubleType
		t.percent = percent
		return t, a.float || b.float
	}
	if a.bigint && b.bigint {
		return bigintType, true
	}
	scale := max(a.scale, b.scale)
	t = decimalType(max(a.width-a.scale, b.width-b.scale)+scale, scale)
	t.percent = percent
	return t, true
}

// exact converts a number to an exact type that holds it.
func exact(x expr, t valueType) expr {
	if x.typ.bigint == t.bigint && x.typ.width == t.width && x.typ.scale == t.scale && !x.typ.float {
		return x
	}
	x.sql = "CAST(" + x.sql + " AS " + t.sql() + ")"
	x.typ = t
	return x
}

// sql is the type as the engine calls it.
func (t valueType) sql() string {
	switch t.class {
	case classNumber:
		switch {
		case t.float:
			return "DOUBLE"
		case t.bigint:
			return "BIGINT"
		}
		return fmt.Sprintf("DECIMAL(%d,%d)", t.width, t.scale)
	case classBoolean:
		return "BOOLEAN"
	case classDate:
		return "DATE"
	case classDatetime:
		return "TIMESTAMP"
	case classTime:
		return "TIME"
	}
	return "VARCHAR"
}

// catalogType is the type as readers know it.
func (t valueType) catalogType() catalog.Type {
	switch t.class {
	case classNumber:
		switch {
		case t.percent:
			return catalog.TypePercent
		case t.float || t.scale > 0:
			return catalog.TypeDecimal
		}
		return catalog.TypeInteger
	case classBoolean:
		return catalog.TypeBoolean
	case classDate:
		return catalog.TypeDate
	case classDatetime:
		return catalog.TypeDatetime
	case classTime:
		return catalog.TypeTime
	}
	return catalog.TypeText
}

// castTypes are the types that cast takes, with what they mean.
var castTypes = []struct {
	name string
	typ  valueType
}{
	{"text", textType}, {"integer", bigintType}, {"decimal", decimalType(38, 6)}, {"double", doubleType}, {"boolean", valueType{class: classBoolean}},
	{"date", valueType{class: classDate}}, {"datetime", valueType{class: classDatetime}}, {"time", valueType{class: classTime}},
}

func castType(name string) (valueType, bool) {
	for _, c := range castTypes {
		if strings.EqualFold(c.name, name) {
			return c.typ, true
		}
	}
	return valueType{}, false
}

func castNames() string {
	names := make([]string, len(castTypes))
	for i, c := range castTypes {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}
