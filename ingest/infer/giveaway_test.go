package infer_test

import (
	"context"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestGivenAway has tables as departments send them, read with small counts
// left out: no count may be had again by subtraction.
func TestGivenAway(t *testing.T) {
	type page struct {
		name string
		rows []string
	}
	years := catalog.RecipeTable{
		Name: "t", Unpivot: &catalog.Unpivot{Columns: []string{"####年"}, Heading: "year", Value: "deaths"},
		SmallCounts: &catalog.SmallCounts{Suppress: true, Columns: []string{"deaths"}}, Columns: []catalog.RecipeColumn{{Source: "地区", Name: "area"}, {Name: "deaths"}},
	}
	sheets := catalog.RecipeTable{
		Name: "t", Sheets: []string{"*"}, SheetColumn: "area",
		SmallCounts: &catalog.SmallCounts{Suppress: true}, Columns: []catalog.RecipeColumn{{Source: "病种", Name: "disease"}},
	}
	one := catalog.RecipeTable{Name: "t", Sheets: []string{"*"}, SmallCounts: &catalog.SmallCounts{Suppress: true}}
	for name, c := range map[string]struct {
		pages  []page
		recipe catalog.RecipeTable
		want   string // stored values of the columns of numbers, by record
	}{
		"a column that no word calls a total": {
			[]page{{"学生", []string{"学校|在校学生数|男生人数|女生人数", "一中|#65|#37|#28", "二中|#83|#80|#3", "三中|#87|#52|#35"}}}, one,
			"65 37 28, ∅ 80 ∅, 87 52 35",
		},
		"two sums of one column": {
			[]page{{"学生", []string{"学校|学生数|男|女|汉族|其他民族", "一中|#65|#37|#28|#40|#25", "二中|#83|#50|#33|#80|#3", "三中|#87|#52|#35|#60|#27"}}},
			func() catalog.RecipeTable {
				r := one
				r.SmallCounts = &catalog.SmallCounts{Suppress: true, Columns: []string{"qitaminzu"}}
				r.Columns = []catalog.RecipeColumn{{Source: "其他民族", Name: "qitaminzu"}}
				return r
			}(),
			"65 37 28 40 25, ∅ 50 ∅ 80 ∅, 87 52 35 60 27",
		},
		"a hierarchy without totals": {
			[]page{{"人口", []string{"地区|常住人口", "全省|#141", "　甲市|#74", "　　甲区|#30", "　　乙区|#44", "　乙市|#67", "　　丙区|#4", "　　丁区|#25", "　　戊区|#38"}}}, one,
			"∅, 74, 30, 44, ∅, ∅, 25, 38",
		},
		"a sheet of the whole": {
			[]page{
				{"全市", []string{"病种|病例数", "流感|#60", "水痘|#53", "麻疹|#90"}}, {"东区", []string{"病种|病例数", "流感|#10", "水痘|#3", "麻疹|#20"}},
				{"西区", []string{"病种|病例数", "流感|#20", "水痘|#20", "麻疹|#30"}}, {"北区", []string{"病种|病例数", "流感|#30", "水痘|#30", "麻疹|#40"}},
			}, sheets,
			"60, ∅, 90, 10, ∅, 20, 20, 20, 30, 30, 30, 40",
		},
		"rows of years, a total for each and one of all": {
			[]page{{"死亡", []string{"地区|2020年|2021年|2022年|合计", "甲|#10|#20|#30|#60", "乙|#10|#2|#40|#52", "丙|#70|#20|#11|#101", "合计|#90|#42|#81|#213"}}}, years,
			"60 10, 60 20, 60 30, ∅ 10, ∅ ∅, ∅ 40, 101 70, 101 20, 101 11, ∅ 90, ∅ ∅, ∅ 81",
		},
		"columns that add up to nothing": {
			[]page{{"学生", []string{"学校|在校学生数|男生人数|面积", "一中|#65|#37|#28", "二中|#83|#4|#3", "三中|#87|#52|#36"}}}, one,
			"65 37 28, 83 ∅ 3, 87 52 36",
		},
	} {
		t.Run(name, func(t *testing.T) {
			wb := &sheet.Workbook{Format: sheet.XLSX, Formats: formats()}
			for _, p := range c.pages {
				var cells [][]sheet.Cell
				for _, line := range p.rows {
					cells = append(cells, parseRow(line))
				}
				wb.Sheets = append(wb.Sheets, sheet.FromCells(p.name, cells))
			}
			r, err := shape.Detect(context.Background(), wb, &catalog.Recipe{Tables: []catalog.RecipeTable{c.recipe}})
			if err != nil || len(r.Tables) != 1 {
				t.Fatal(err, len(r.Tables))
			}
			p, err := infer.Columns(context.Background(), wb, &r.Tables[0], nil)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			err = p.Records(func(r *catalog.Record) error {
				var line []string
				for i := range p.Table.Columns {
					if c := &p.Table.Columns[i]; c.Type == catalog.TypeInteger && c.Made != catalog.MadeLevel && c.Made != catalog.MadeHeading {
						s := "∅"
						if !r.Values[i].IsNull() {
							s = r.Values[i].String()
						}
						line = append(line, s)
					}
				}
				lines = append(lines, strings.Join(line, " "))
				return nil
			})
			if got := strings.Join(lines, ", "); err != nil || got != c.want {
				t.Errorf("%s\nwant %s (%v)", got, c.want, err)
			}
		})
	}
}
