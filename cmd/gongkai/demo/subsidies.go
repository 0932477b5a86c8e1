package demo

import (
	"fmt"
	"strconv"

	"gongkai/catalog"
)

func subsidies() draft {
	yunhu := districts()[0]
	return draft{
		slug: "rent-subsidies", department: "yunhu",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "公租房租赁补贴发放公示", EN: "Rent subsidies granted"},
			Description: catalog.Text{
				ZH: "云湖区2025年第四季度公共租赁住房租赁补贴发放名单和分街道汇总。公示依据住房保障办法；姓名只公布第一个字，身份证号码不公布；汇总表中小于五的人数不公布，以免认出个人。名单中的姓名和号码均为演示而虚构。",
				EN: "Rent subsidies granted in Yunhu District in the fourth quarter of 2025, with a summary by subdistrict. Of names the first character is published, of identity numbers nothing; counts of persons below five are left out, so that nobody is recognised. All names and numbers are invented."},
			KeywordsZH: []string{"公租房", "租赁补贴", "住房保障", "公示"}, KeywordsEN: []string{"rent subsidies", "public housing", "social housing"},
			Theme: "region", ResourceCode: "990102-ZF-0001", TemporalStart: "2025-10-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleQuarterly,
			SpatialCode: yunhu.code, Spatial: yunhu.name,
		},
		files: []file{{name: "云湖区租赁补贴发放公示（2025年四季度）.xlsx", recipe: subsidiesRecipe, write: writeSubsidies}},
	}
}

const subsidiesRecipe = `{
  "tables": [
    {
      "name": "grants",
      "label": "租赁补贴发放名单",
      "sheets": ["发放名单"],
      "key": ["number"],
      "columns": [
        {"source": "公示编号", "name": "number", "constraints": {"required": true, "unique": true}},
        {"source": "申请人姓名", "name": "applicant", "personal": {"action": "mask", "basis": "住房保障办法规定公示；姓名脱敏后公布"}},
        {"source": "身份证号", "name": "id_number", "personal": {"action": "drop", "basis": "不属于公示内容"}},
        {"source": "所在街道", "name": "subdistrict"},
        {"source": "家庭人口", "name": "household"},
        {"source": "月补贴额（元）", "name": "monthly_amount", "constraints": {"minimum": "0", "maximum": "3000"}},
        {"source": "起始年月", "name": "since"}
      ]
    },
    {
      "name": "summary",
      "label": "分街道汇总",
      "sheets": ["分街道汇总"],
      "small_counts": {"below": 5, "columns": ["disabled"], "suppress": true},
      "columns": [
        {"source": "所在街道", "name": "subdistrict"},
        {"source": "补贴户数（户）", "name": "households"},
        {"source": "其中：残疾人（人）", "name": "disabled"},
        {"source": "月补贴额（元）", "name": "monthly_amount"}
      ]
    }
  ]
}
`

// smallest is the least count of persons that is published.
const smallest = 5

func writeSubsidies(path string) (Expect, error) {
	w := newWorkbook()
	p := w.page("发放名单")
	p.widths(16, 14, 24, 16, 12, 16, 14)
	const columns = 7
	title := "云湖区公共租赁住房租赁补贴发放名单"
	p.title(columns, title)
	p.across(columns, "公示时间：2025年12月25日至2026年1月5日", styleMeta)
	g := p.grid(title, "",
		field{"公示编号", catalog.TypeText, "", styleCentre}, field{"申请人姓名", catalog.TypeText, "", styleCentre}, field{"身份证号", catalog.TypeText, "", styleCentre}, field{"所在街道", catalog.TypeText, "", styleCentre},
		field{"家庭人口", catalog.TypeInteger, "", stylePlain}, field{"月补贴额（元）", catalog.TypeInteger, "元", styleInt}, field{"起始年月", catalog.TypePeriod, "", styleCentre})
	r := dice("subsidies")
	towns := districts()[0].towns
	households, disabled, amounts := make([]int64, len(towns)), make([]int64, len(towns)), make([]int64, len(towns))
	meant := recorder{table: g.table}
	for i := range 86 {
		at := r.IntN(len(towns))
		people := between(r, 1, 5)
		amount := 220 + people*between(r, 90, 160)
		households[at], amounts[at] = households[at]+1, amounts[at]+amount
		disabled[at] += between(r, 0, 4) / 3
		name := inventedName(i)
		since := fmt.Sprintf("2025年%d月", between(r, 1, 12))
		number := fmt.Sprintf("YH2025%04d", i+1)
		values := []string{number, string([]rune(name)[:1]) + "**", "", towns[at].zh, strconv.FormatInt(people, 10), strconv.FormatInt(amount, 10), since}
		meant.add(Record{Row: p.row, Kind: catalog.RowRecord, Values: append(values[:2:2], values[3:]...)})
		g.record(text(number), text(name), text(inventedNumber(i)), text(towns[at].zh), whole(people), whole(amount), text(since))
	}
	g.end("注：名单按受理先后排列。")
	summary := subsidySummary(w.page("分街道汇总"), households, disabled, amounts)
	e, err := w.save(path, "云湖区人民政府")
	meant.table.Columns = []Column{
		{Label: "公示编号", Type: catalog.TypeText, Name: "number"}, {Label: "申请人姓名", Type: catalog.TypeText, Name: "applicant"}, {Label: "所在街道", Type: catalog.TypeText, Name: "subdistrict"},
		{Label: "家庭人口", Type: catalog.TypeInteger, Name: "household"}, {Label: "月补贴额（元）", Type: catalog.TypeInteger, Unit: "元", Name: "monthly_amount"}, {Label: "起始年月", Type: catalog.TypePeriod, Name: "since"},
	}
	e.Published = []Table{meant.done(), summary}
	return e, err
}

// subsidySummary writes the table by subdistrict; in what it means, counts of
// persons that are too small are not there.
func subsidySummary(p *page, households, disabled, amounts []int64) Table {
	p.widths(20, 16, 20, 18)
	title := "云湖区租赁补贴分街道汇总表"
	p.title(4, title)
	g := p.grid(title, "", field{"所在街道", catalog.TypeText, "", styleCentre}, field{"补贴户数（户）", catalog.TypeInteger, "户", styleInt},
		field{"其中：残疾人（人）", catalog.TypeInteger, "人", styleInt}, field{"月补贴额（元）", catalog.TypeInteger, "元", styleInt})
	meant := recorder{table: Table{Columns: []Column{
		{Label: "所在街道", Type: catalog.TypeText, Name: "subdistrict"}, {Label: "补贴户数（户）", Type: catalog.TypeInteger, Unit: "户", Name: "households"},
		{Label: "其中：残疾人（人）", Type: catalog.TypeInteger, Unit: "人", Name: "disabled"}, {Label: "月补贴额（元）", Type: catalog.TypeInteger, Unit: "元", Name: "monthly_amount"}}}}
	for i, t := range districts()[0].towns {
		shown := whole(disabled[i]).truth
		if disabled[i] > 0 && disabled[i] < smallest {
			shown = ""
		}
		meant.add(Record{Row: p.row, Kind: catalog.RowRecord, Values: []string{t.zh, whole(households[i]).truth, shown, whole(amounts[i]).truth}})
		g.record(text(t.zh), whole(households[i]), whole(disabled[i]), whole(amounts[i]))
	}
	g.end("注：户数按发放名单汇总。")
	return meant.done()
}

// inventedName is the name of nobody: characters that are put together by
// counting.
func inventedName(i int) string {
	family, given := []rune("赵钱孙李周吴郑王冯陈"), []rune("甲乙丙丁子丑寅卯辰巳午")
	return string(family[i%len(family)]) + string(given[i%len(given)]) + string(given[(i*7+3)%len(given)])
}

// inventedNumber looks like an identity number and can be none: no province
// has the code 99.
func inventedNumber(i int) string {
	return fmt.Sprintf("990102%04d%02d%02d%03d%d", 1950+i%50, 1+i%12, 1+i%28, 100+i*7, i%10)
}
