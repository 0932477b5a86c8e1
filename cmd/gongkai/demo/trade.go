package demo

import "gongkai/catalog"

func trade() draft {
	return draft{
		slug: "foreign-trade", department: "commerce-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "进出口贸易（英文统计表）", EN: "Foreign trade by partner"},
			Description: catalog.Text{
				ZH: "示例市2024年和2025年按贸易伙伴分列的出口额、进口额和贸易差额，供境外读者使用的英文统计表。伙伴按亚洲、欧洲、美洲、非洲和大洋洲分组，金额以人民币百万元计；出口按经营单位所在地统计，2025年为初步数，脚注随表给出。",
				EN: "Exports, imports and balance of Example City by trading partner in 2024 and 2025, as the English table of the yearbook prints them. Partners are grouped by continent, values are in millions of yuan, exports count where the company is registered; 2025 is provisional. The table's footnotes are kept."},
			KeywordsZH: []string{"进出口", "对外贸易", "贸易差额"}, KeywordsEN: []string{"trade", "exports", "imports", "balance"},
			Theme: "finance", ResourceCode: "990100-SW-0002", TemporalStart: "2024-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{{name: "Table 8-3 Foreign trade by partner.xlsx", write: writeTrade}},
	}
}

// partner is a country or group with the exports and imports of 2024, in
// tenths of a million yuan.
type partner struct {
	name             string
	exports, imports int64
}

func partners() []struct {
	continent string
	list      []partner
} {
	return []struct {
		continent string
		list      []partner
	}{
		{"Asia", []partner{{"ASEAN [1]", 58_214, 31_907}, {"Japan", 21_460, 26_318}, {"Korea, Rep. of", 18_935, 22_071}, {"Hong Kong SAR, China", 24_602, 1_184}, {"India", 12_377, 3_902}, {"Saudi Arabia", 6_215, 9_844}, {"Other Asia", 15_083, 8_736}}},
		{"Europe", []partner{{"European Union", 46_771, 19_253}, {"United Kingdom", 9_408, 2_867}, {"Russian Federation", 10_129, 7_415}, {"Other Europe", 4_386, 3_570}}},
		{"Americas", []partner{{"United States", 39_846, 11_562}, {"Mexico", 8_753, 1_943}, {"Brazil", 7_120, 12_608}, {"Chile", 2_931, 5_277}, {"Other Americas", 5_864, 2_210}}},
		{"Africa", []partner{{"South Africa", 3_742, 2_985}, {"Nigeria", 4_018, 866}, {"Other Africa", 7_395, 1_751}}},
		{"Oceania", []partner{{"Australia", 7_263, 9_130}, {"New Zealand", 1_287, 2_416}, {"Other Oceania", 62, 48}}},
	}
}

func writeTrade(path string) (Expect, error) {
	const columns = 8
	r := dice("trade")
	w := newWorkbook()
	p := w.page("Table 8-3")
	p.widths(30, 13, 13, 13, 13, 13, 13, 16)
	title := "Table 8-3. Foreign trade of Example City by partner, 2024 and 2025"
	p.title(columns, title)
	p.across(columns, "Unit: CNY million", styleMeta)
	amount := func(path string) field { return field{path, catalog.TypeDecimal, "", styleDec1} }
	g := p.grid(title, "CNY million", field{"Partner", catalog.TypeText, "", styleText},
		amount("2024|Exports"), amount("2024|Imports"), amount("2024|Balance"), amount("2025|Exports"), amount("2025|Imports"), amount("2025|Balance"),
		field{"Change in exports (%)", catalog.TypeDecimal, "%", styleDec1})
	g.footnote(4, "2025 [2]") // the mark belongs to the printed header, not to the label
	var all [4]int64
	for _, c := range partners() {
		g.section(c.continent)
		for _, x := range c.list {
			name := text(x.name).in(styleIndent)
			y := [4]int64{x.exports, x.imports, rounded(x.exports*between(r, 930, 1140), 1000), rounded(x.imports*between(r, 920, 1090), 1000)}
			for i := range all {
				all[i] += y[i]
			}
			cells := tradeCells(name, y)
			if x.name == "European Union" {
				cells[5] = marked(y[3], 1, "[3]")
			}
			if x.exports < 100 {
				cells[7] = none("..")
			}
			g.record(cells...)
		}
	}
	g.total(tradeCells(text("Total"), all)...)
	g.end("[1] Association of Southeast Asian Nations, ten member states.", "[2] Provisional.", "[3] Includes goods in transit that were released in December.", "Note: .. = too small to compare. Exports are recorded where the trading company is registered.", "Source: Example City Commerce Bureau; General Administration of Customs.")
	return w.save(path, "Example City Commerce Bureau")
}

func tradeCells(name cell, y [4]int64) []cell {
	return []cell{name, fixed(y[0], 1), fixed(y[1], 1), fixed(y[0]-y[1], 1), fixed(y[2], 1), fixed(y[3], 1), fixed(y[2]-y[3], 1), fixed(rounded((y[2]-y[0])*1000, y[0]), 1)}
}
