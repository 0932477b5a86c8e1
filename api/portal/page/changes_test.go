package page

import (
	"testing"

	"gongkai/catalog"
)

func TestChangesInWords(t *testing.T) {
	for _, c := range []struct {
		n      [3]int64
		zh, en string
	}{
		{[3]int64{}, "各行数据相同", "the same rows"},
		{[3]int64{1200, 0, 3}, "新增 1,200 行，修改 3 行", "1,200 rows added, 3 changed"},
		{[3]int64{0, 1, 0}, "删除 1 行", "1 row removed"},
		{[3]int64{1, 1, 2}, "新增 1 行，删除 1 行，修改 2 行", "1 row added, 1 removed, 2 changed"},
	} {
		if zh, en := For(catalog.ZH).ChangedRows(c.n[0], c.n[1], c.n[2]), For(catalog.EN).ChangedRows(c.n[0], c.n[1], c.n[2]); zh != c.zh || en != c.en {
			t.Errorf("%v: %q, %q", c.n, zh, en)
		}
	}
	schema := []catalog.SchemaChange{
		{Kind: catalog.ColumnRenamed, Column: "b", Old: "a", New: "b"}, {Kind: catalog.LabelChanged, Column: "b", Old: "甲", New: "乙"},
		{Kind: catalog.UnitChanged, Column: "c", Old: "", New: "万元"}, {Kind: catalog.OrderChanged},
	}
	if got := For(catalog.ZH).ChangedSchema(schema); got != "字段 a 改名为 b；字段 c 的单位由无改为万元" {
		t.Error(got)
	}
	for _, k := range []catalog.SchemaChangeKind{catalog.TableAdded, catalog.TableRemoved, catalog.ColumnAdded, catalog.ColumnRemoved, catalog.TypeChanged, catalog.LabelChanged} {
		schema = append(schema, catalog.SchemaChange{Kind: k, Column: "d", Old: "text", New: "integer"})
		if For(catalog.EN).schemaChange(schema[len(schema)-1]) == "" {
			t.Errorf("nothing is said of %s", k)
		}
	}
	if got := For(catalog.EN).ChangedSchema(schema); got != "column a is now b; the unit of column c was none and is 万元; new table “integer”; table “text” is gone; 4 more changes of the structure" {
		t.Error(got)
	}
}
