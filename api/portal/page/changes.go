package page

import (
	"strings"

	"gongkai/catalog"
)

// Changes heads what changed in each version.
func (w *Words) Changes() string { return w.pick("与上一版相比", "Since the version before") }

// FirstVersion says that nothing was published before.
func (w *Words) FirstVersion() string { return w.pick("首次发布", "first published") }

// NotCompared says that nobody has compared them yet.
func (w *Words) NotCompared() string {
	return w.pick("尚未比对", "not compared yet")
}

// ChangesFile names the file with every cell that changed.
func (w *Words) ChangesFile() string { return w.pick("逐格对照", "Cell by cell") }

// ChangedRows says how many rows differ.
func (w *Words) ChangedRows(added, removed, changed int64) string {
	var zh, en []string
	say := func(n int64, did, done string) {
		if n > 0 {
			zh = append(zh, did+" "+Number(n)+" 行")
			en = append(en, Number(n)+" "+done)
		}
	}
	say(added, "新增", "added")
	say(removed, "删除", "removed")
	say(changed, "修改", "changed")
	if len(en) == 0 {
		return w.pick("各行数据相同", "the same rows")
	}
	first, rest, _ := strings.Cut(en[0], " ")
	unit := " rows "
	if first == "1" {
		unit = " row "
	}
	en[0] = first + unit + rest
	return w.pick(strings.Join(zh, "，"), strings.Join(en, ", "))
}

// Pause stands between two things that are told of a version.
func (w *Words) Pause() string { return w.pick("；", "; ") }

// Colon stands behind what something is told of.
func (w *Words) Colon() string { return w.pick("：", ": ") }

// mostSchemaChanges is how many changes of a schema are told one by one.
const mostSchemaChanges = 4

// ChangedSchema says what became of tables and columns; "" where all are as they
// were, or only stand in another order.
func (w *Words) ChangedSchema(changes []catalog.SchemaChange) string {
	var said []string
	renamed := map[string]bool{}
	for _, c := range changes {
		renamed[c.Table+"."+c.Column] = renamed[c.Table+"."+c.Column] || c.Kind == catalog.ColumnRenamed
		if c.Kind == catalog.LabelChanged && renamed[c.Table+"."+c.Column] {
			continue // its new name tells
		}
		if text := w.schemaChange(c); text != "" {
			said = append(said, text)
		}
	}
	more := ""
	if n := len(said) - mostSchemaChanges; n > 0 {
		said = said[:mostSchemaChanges]
		more = w.pick("；另有 "+Number(int64(n))+" 处结构变化", "; "+Number(int64(n))+" more changes of the structure")
	}
	return strings.Join(said, w.pick("；", "; ")) + more
}

func (w *Words) schemaChange(c catalog.SchemaChange) string {
	switch c.Kind {
	case catalog.TableAdded:
		return w.pick("新增数据表“"+c.New+"”", "new table “"+c.New+"”")
	case catalog.TableRemoved:
		return w.pick("不再有数据表“"+c.Old+"”", "table “"+c.Old+"” is gone")
	case catalog.ColumnAdded:
		return w.pick("新增字段“"+c.New+"”", "new column “"+c.New+"”")
	case catalog.ColumnRemoved:
		return w.pick("不再有字段“"+c.Old+"”", "column “"+c.Old+"” is gone")
	case catalog.ColumnRenamed:
		return w.pick("字段 "+c.Old+" 改名为 "+c.New, "column "+c.Old+" is now "+c.New)
	case catalog.TypeChanged:
		old, now := w.Type(catalog.Type(c.Old)), w.Type(catalog.Type(c.New))
		return w.pick("字段 "+c.Column+" 由"+old+"改为"+now, "column "+c.Column+" was "+old+" and is "+now)
	case catalog.UnitChanged:
		old, now := w.unitOrNone(c.Old), w.unitOrNone(c.New)
		return w.pick("字段 "+c.Column+" 的单位由"+old+"改为"+now, "the unit of column "+c.Column+" was "+old+" and is "+now)
	case catalog.LabelChanged:
		return w.pick("表头“"+c.Old+"”改为“"+c.New+"”", "the heading “"+c.Old+"” is now “"+c.New+"”")
	case catalog.OrderChanged:
	}
	return ""
}

func (w *Words) unitOrNone(unit string) string {
	if unit == "" {
		return w.pick("无", "none")
	}
	return unit
}

// WorksUntil says of an old name until which day it works, or worked.
func (w *Words) WorksUntil(day string, over bool) string {
	if over {
		return w.pick("已于 "+day+" 停用", "worked until "+day)
	}
	return w.pick("用到 "+day+" 为止", "works until "+day)
}
