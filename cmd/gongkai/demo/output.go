package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"gongkai/catalog"
)

func output() draft {
	return draft{
		slug: "value-added", department: "statistics-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "地区生产总值及分行业增加值", EN: "Gross product and value added by industry"},
			Description: catalog.Text{
				ZH: "示例市2021年至2025年地区生产总值，按三次产业和行业门类逐级分列，层级以缩进表示，各级等于其下一级之和，并列出2025年比上年的增长。数据按当年价格计算，由市统计局根据国民经济核算制度核算，2025年为初步核算数，可用于了解产业结构及其变化。",
				EN: "Gross product of Example City from 2021 to 2025, by the three sectors and by industry. Levels are shown by indents, and each is the sum of those below it; growth in 2025 is given beside them. Figures are at current prices, computed by the Statistics Bureau; those of 2025 are preliminary."},
			KeywordsZH: []string{"地区生产总值", "增加值", "三次产业", "行业"}, KeywordsEN: []string{"gross product", "value added", "industry"},
			Theme: "finance", ResourceCode: "990100-TJ-0002", TemporalStart: "2021-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{{name: "地区生产总值及分行业增加值（2021-2025年）.xlsx", write: writeOutput}},
	}
}

// branch is an industry and those that it consists of; added is its value added
// in 2021, in 万元, and growth that of a mean year in permille.
type branch struct {
	name   string
	added  int64
	growth int64
	parts  []branch
}

func economy() branch {
	return branch{name: "地区生产总值", parts: []branch{
		{name: "第一产业", parts: []branch{{"农业", 412_600, 31, nil}, {"林业", 58_300, 42, nil}, {"畜牧业", 187_900, 24, nil}, {"渔业", 96_400, 37, nil}}},
		{name: "第二产业", parts: []branch{
			{name: "工业", parts: []branch{{"采矿业", 84_700, -18, nil}, {"制造业", 3_985_200, 56, nil}, {"电力、热力、燃气及水生产和供应业", 361_800, 48, nil}}},
			{"建筑业", 928_500, 12, nil},
		}},
		{name: "第三产业", parts: []branch{
			{"批发和零售业", 1_254_300, 52, nil}, {"交通运输、仓储和邮政业", 703_600, 61, nil}, {"住宿和餐饮业", 241_500, 74, nil}, {"信息传输、软件和信息技术服务业", 568_900, 118, nil},
			{"金融业", 982_400, 63, nil}, {"房地产业", 874_100, -9, nil}, {"其他服务业", 1_916_700, 58, nil},
		}},
	}}
}

const outputYears = 5

func writeOutput(path string) (Expect, error) {
	w := newWorkbook()
	p := w.page("增加值")
	p.widths(44, 14, 14, 14, 14, 14, 18)
	title := "示例市地区生产总值及分行业增加值"
	p.title(outputYears+2, title)
	p.across(outputYears+2, "单位：万元", styleRight)
	fields := []field{{"指标", catalog.TypeText, "", styleText}}
	for i := range outputYears {
		fields = append(fields, field{fmt.Sprintf("%d年", 2021+i), catalog.TypeInteger, "", styleInt})
	}
	g := p.grid(title, "万元", append(fields, field{"2025年增长（%）", catalog.TypeDecimal, "%", styleDec1})...)
	meant := &recorder{table: g.table}
	meant.table.Columns = append(meant.table.Columns[:outputYears+2:outputYears+2],
		Column{Label: "层级", Type: catalog.TypeInteger, Made: catalog.MadeLevel}, Column{Label: "上级", Type: catalog.TypeText, Made: catalog.MadePath})
	r := dice("value-added")
	economy().years(r).write(g, meant, nil)
	g.end("注：1.本表按当年价格计算，2025年为初步核算数。", "2.各级数据等于其下一级之和。", "资料来源：示例市统计局")
	e, err := w.save(path, "示例市统计局")
	e.Published = []Table{meant.done()}
	return e, err
}

// grown is a branch with its figures.
type grown struct {
	name  string
	years [outputYears]int64
	parts []grown
}

// years computes the figures: what has parts is their sum.
func (b branch) years(r *rand.Rand) grown {
	out := grown{name: b.name}
	for _, part := range b.parts {
		x := part.years(r)
		for i := range out.years {
			out.years[i] += x.years[i]
		}
		out.parts = append(out.parts, x)
	}
	if len(b.parts) == 0 {
		n := b.added
		for i := range out.years {
			out.years[i] = n
			n = rounded(n*(1000+b.growth+between(r, -12, 12)), 1000)
		}
	}
	return out
}

// write writes a branch and its parts below it, one step deeper.
func (x grown) write(g *grid, meant *recorder, path []string) {
	const last = outputYears - 1
	cells := []cell{text(x.name).in([...]string{styleText, styleIndent, styleIndent2, styleIndent3}[len(path)])}
	for _, n := range x.years {
		cells = append(cells, whole(n))
	}
	cells = append(cells, fixed(rounded((x.years[last]-x.years[last-1])*1000, x.years[last-1]), 1))
	row := Record{Row: g.p.row, Kind: catalog.RowRecord}
	for _, c := range cells {
		row.Values = append(row.Values, c.truth)
	}
	row.Values = append(row.Values, strconv.Itoa(len(path)+1), strings.Join(path, " / "))
	if len(x.parts) > 0 {
		row.Kind = catalog.RowTotal
		g.total(cells...)
	} else {
		g.record(cells...)
	}
	meant.add(row)
	for _, part := range x.parts {
		part.write(g, meant, append(path[:len(path):len(path)], x.name))
	}
}
