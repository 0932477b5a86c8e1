package check

import (
	"strconv"

	"gongkai/catalog"
)

// why says in both languages why a rule could not be checked.
func why(f *catalog.Finding, zh, en string) {
	f.Args["why"], f.Args["why_zh"] = en, zh
}

// unchecked tells of declared rules that nothing was held against: silence
// would read like success.
func (c *Checker) unchecked() []catalog.Finding {
	var out []catalog.Finding
	add := func(name, label, rule, zh, en string) {
		f := catalog.NewFinding("rule-unchecked", c.table.Sheet, map[string]string{"column": label})
		f.Table, f.Expected = c.table.Name, rule
		if col := c.table.Column(name); col != nil {
			f.Where = top(c.table, col)
		}
		why(&f, zh, en)
		out = append(out, f)
	}
	for i := range c.columns {
		col := &c.columns[i]
		if col.of.Constraints != nil && masks(c.decided, col.of.Name) {
			add(col.of.Name, col.of.Label, "constraints", "该列已遮盖", "the column is masked")
		}
		if col.rules == nil {
			continue
		}
		for k, reason := range col.rules.failed {
			if reason != "" {
				add(col.of.Name, col.of.Label, ruleNames[k], "规则与字段类型（"+string(col.of.Type)+"）不符，或写法有误", reason)
			}
		}
		if h := col.rules.known; h != nil && h.full {
			add(col.of.Name, col.of.Label, ruleNames[ruleUnique], "只核对了前 "+strconv.Itoa(h.most)+" 个不同的值", "only the first "+strconv.Itoa(h.most)+" values were compared")
		}
	}
	if c.key != nil {
		for _, name := range c.key.missing {
			add(name, name, "key", "表中没有该字段", "the table has no such column")
		}
		if c.key.known.full {
			add(c.key.names[0], c.key.names[0], "key", "只核对了前 "+strconv.Itoa(c.key.known.most)+" 个不同的主键", "only the first "+strconv.Itoa(c.key.known.most)+" keys were compared")
		}
	}
	if c.decided == nil {
		return out
	}
	for i := range c.decided.Columns {
		d := &c.decided.Columns[i]
		if d.Constraints != nil && c.table.Column(d.Name) == nil && !d.Personal.Drops() {
			label := d.Label
			if label == "" {
				label = d.Name
			}
			add(d.Name, label, "constraints", "表中没有该字段", "the table has no such column")
		}
	}
	return out
}
