package infer

import (
	"fmt"

	"gongkai/catalog"
)

// setSQL chooses how the column is stored.
func (c *column) setSQL(t *tally) {
	c.wide, c.double = false, false
	switch c.kind {
	case catalog.TypeInteger:
		switch {
		case c.whole <= 18:
			c.sqlType = "BIGINT"
		case c.whole <= 38:
			c.sqlType, c.wide = "DECIMAL(38,0)", true
		default:
			c.kind, c.sqlType = catalog.TypeText, "VARCHAR"
			t.say("位数超出任何数值类型", "digits beyond any number type")
			if !t.tooLong {
				t.tooLong = true
				f := t.finding("number-too-long", &t.by[sortInteger])
				f.Actual, f.Count = fmt.Sprint(c.whole), 1
				f.Where, f.Cells = t.plan.where(0, &t.col), nil
			}
		}
	case catalog.TypeDecimal, catalog.TypePercent:
		switch p := c.whole + c.scale; {
		case p <= 18:
			c.sqlType = fmt.Sprintf("DECIMAL(18,%d)", c.scale)
		case p <= 38:
			c.sqlType, c.wide = fmt.Sprintf("DECIMAL(38,%d)", c.scale), true
		default:
			c.sqlType, c.double = "DOUBLE", true
			if !t.doubled {
				t.doubled = true
				t.finding("number-as-double", &t.by[sortDecimal])
			}
		}
	case catalog.TypeBoolean:
		c.sqlType = "BOOLEAN"
	case catalog.TypeDate:
		c.sqlType = "DATE"
	case catalog.TypeDatetime:
		c.sqlType = "TIMESTAMP"
	case catalog.TypeTime:
		c.sqlType = "TIME"
	default:
		c.sqlType = "VARCHAR"
	}
}

// widen makes room for the totals, which take no part in choosing the type.
func (t *tally) widen(c *column) {
	room := &t.totals[0]
	if c.point == ',' {
		room = &t.totals[1]
	}
	switch c.kind {
	case catalog.TypeInteger:
		c.whole = max(c.whole, room[totalInteger].whole)
	case catalog.TypeDecimal:
		c.whole = max(c.whole, room[totalInteger].whole, room[totalDecimal].whole)
		c.scale = max(c.scale, room[totalDecimal].scale)
	case catalog.TypePercent:
		c.whole, c.scale = max(c.whole, room[totalPercent].whole), max(c.scale, room[totalPercent].scale)
	}
}
