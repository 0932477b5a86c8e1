package demo

import (
	"fmt"
	"slices"
	"strconv"

	"gongkai/catalog"
)

func spending() draft {
	return draft{
		slug: "district-spending", department: "finance-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "分区县一般公共预算支出", EN: "Public spending by district"},
			Description: catalog.Text{
				ZH: "各区县历年一般公共预算支出决算数，按支出类别和项目列示。原表每个区县一个工作表，每年一列；这里合成一张表，每个区县、每个项目、每年一行，可以直接比较和求和。最近一年为快报数，次年以决算数替换，两个版本均可查阅。",
				EN: "What each district and county spent, by category and item. The workbook has a sheet for each district and a column for each year; here one table has a row for each district, item and year, ready to compare. The latest year is preliminary and is replaced by the final accounts a year later."},
			KeywordsZH: []string{"财政支出", "一般公共预算", "区县", "决算"}, KeywordsEN: []string{"spending", "budget", "districts", "accounts"},
			Theme: "finance", ResourceCode: "990100-CZ-0002", TemporalStart: "2021-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{
			{name: "分区县一般公共预算支出（2021—2024）.xlsx", recipe: spendingRecipe, write: func(path string) (Expect, error) { return writeSpending(path, 2024) }},
			{name: "分区县一般公共预算支出（2021—2025）.xlsx", write: func(path string) (Expect, error) { return writeSpending(path, 2025) }},
		},
	}
}

const spendingRecipe = `{
  "tables": [
    {
      "name": "spending",
      "label": "分区县一般公共预算支出",
      "sheets": ["*区", "*县"],
      "sheet_column": "district",
      "unpivot": {"columns": ["####年"], "heading": "year", "value": "amount"},
      "key": ["district", "item", "year"],
      "columns": [
        {"name": "district", "label": "区县"},
        {"name": "category", "label": "支出类别", "aliases": ["section"]},
        {"source": "项目", "name": "item", "label": "项目", "constraints": {"required": true}},
        {"name": "year", "label": "年度"},
        {"name": "amount", "label": "支出金额", "unit": "万元", "constraints": {"minimum": "0"},
         "description": {"zh": "决算数；最近一年为快报数。", "en": "Final accounts; the latest year is preliminary."}}
      ]
    }
  ]
}
`

// heading is a category of spending with its items and their shares of a
// district's spending, in per mille.
type heading struct {
	name  string
	items []struct {
		name  string
		share int64
	}
}

func headings() []heading {
	item := func(name string, share int64) struct {
		name  string
		share int64
	} {
		return struct {
			name  string
			share int64
		}{name, share}
	}
	type items = []struct {
		name  string
		share int64
	}
	return []heading{
		{"一、公共服务与安全", items{item("一般公共服务支出", 96), item("公共安全支出", 61), item("灾害防治及应急管理支出", 14)}},
		{"二、民生", items{item("教育支出", 203), item("科学技术支出", 37), item("文化旅游体育与传媒支出", 21), item("社会保障和就业支出", 142), item("卫生健康支出", 98), item("住房保障支出", 44)}},
		{"三、城乡与产业", items{item("节能环保支出", 32), item("城乡社区支出", 127), item("农林水支出", 71), item("交通运输支出", 39), item("其他支出", 15)}},
	}
}

// spent is what a district spent on an item in a year, in ten thousand yuan; an
// edition's latest year is preliminary.
func (d district) spent(item int, share int64, year, edition int) int64 {
	n := rounded(d.people*share*int64(1000+55*(year-2021)+(item*7+year*3)%23), 1_000_000)
	if year == edition {
		n -= rounded(n*int64(3+item%5), 1000)
	}
	return n
}

func writeSpending(path string, last int) (Expect, error) {
	w := newWorkbook()
	var years []string
	for y := 2021; y <= last; y++ {
		years = append(years, strconv.Itoa(y)+"年")
	}
	meant := recorder{table: Table{
		Columns: []Column{
			{Name: "item", Label: "项目", Type: catalog.TypeText}, {Name: "category", Label: "支出类别", Type: catalog.TypeText, Made: catalog.MadeSection},
			{Name: "district", Label: "区县", Type: catalog.TypeText, Made: catalog.MadeSheet}, {Name: "year", Label: "年度", Type: catalog.TypePeriod, Made: catalog.MadeHeading},
			{Name: "amount", Label: "支出金额", Type: catalog.TypeInteger, Unit: "万元", Made: catalog.MadeValue},
		},
	}}
	for _, d := range districts() {
		p := w.page(d.name.ZH)
		p.widths(30, 14, 14, 14, 14, 14)
		title := fmt.Sprintf("%s一般公共预算支出（2021—%d年）", d.name.ZH, last)
		p.title(len(years)+1, title)
		p.across(len(years)+1, "单位：万元", styleRight)
		fields := []field{{"项目", catalog.TypeText, "", styleText}}
		for _, y := range years {
			fields = append(fields, field{y, catalog.TypeInteger, "", styleInt})
		}
		g := p.grid(title, "万元", fields...)
		spendingRows(d, g, &meant, years, last)
		g.end(fmt.Sprintf("注：%d年为快报数，其余年份为决算数。", last))
	}
	e, err := w.save(path, "示例市财政局")
	e.Published = []Table{meant.done()}
	return e, err
}

// spendingRows writes a district's sheet and takes down what it means once
// sheets are one table and years are rows.
func spendingRows(d district, g *grid, meant *recorder, years []string, last int) {
	sums := make([]int64, len(years))
	total := func(name string, kind catalog.RowKind, category string, numbers []int64) {
		cells := []cell{text(name)}
		for i, n := range numbers {
			cells = append(cells, whole(n))
			meant.add(Record{Row: g.p.row, Kind: kind, Values: []string{name, category, d.name.ZH, years[i], strconv.FormatInt(n, 10)}})
		}
		if kind == catalog.RowTotal {
			g.total(cells...)
			return
		}
		cells[0] = cells[0].in(styleIndent)
		g.record(cells...)
	}
	at := 0
	for _, h := range headings() {
		g.section(h.name)
		for _, item := range h.items {
			numbers := make([]int64, len(years))
			for i := range years {
				numbers[i] = d.spent(at, item.share, 2021+i, last)
				sums[i] += numbers[i]
			}
			at++
			total(item.name, catalog.RowRecord, h.name, numbers)
		}
	}
	total("支出合计", catalog.RowTotal, "", slices.Clone(sums))
}
