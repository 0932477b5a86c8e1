package infer

import (
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// TestQuickIsLong: where a cell is decoded the quick way, the long way stores
// the same value and keeps nothing beside it.
func TestQuickIsLong(t *testing.T) {
	formats := []sheet.Format{{}, {Class: sheet.ClassDate}, {Class: sheet.ClassPercent}, {Class: sheet.ClassTime}, {Class: sheet.ClassNumber, Decimals: 2}, {Class: sheet.ClassCode, Zeros: 6}, {Class: sheet.ClassDatetime}, {Class: sheet.ClassText}}
	raw := rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("0123456789.-")), 1, 12, -1), rapid.SampledFrom([]string{"45000", "60", "61", "1", "0", "-0", "2958465", "0.5", "无", "n/a", "东区", " x", "12%", "是", "2024-01-05", "2024-1-5", "2024-02-30", "2024/01/05"}))
	taken := map[quick]int{}
	one := func(t *rapid.T, kind catalog.Type) {
		c := column{kind: kind, point: rapid.SampledFrom([]byte{'.', ','}).Draw(t, "point"), layout: rapid.SampledFrom([]uint16{'-', '/'}).Draw(t, "layout"),
			padded: rapid.SampledFrom([]int8{-1, 0, 1}).Draw(t, "padded"), scale: rapid.IntRange(0, 4).Draw(t, "scale"), whole: rapid.IntRange(1, 12).Draw(t, "whole"), pad: 6}
		if c.kind == catalog.TypeInteger {
			c.scale = 0
		}
		c.setQuick()
		p := &Plan{formats: formats, date1904: rapid.Bool().Draw(t, "1904")}
		for range 100 {
			cell := sheet.Cell{Kind: rapid.SampledFrom([]sheet.Kind{sheet.Text, sheet.Number, sheet.Number, sheet.Bool, sheet.Date, sheet.Error}).Draw(t, "kind"), Raw: raw.Draw(t, "raw"), Format: int32(rapid.IntRange(0, len(formats)).Draw(t, "format"))}
			var short, long catalog.Value
			if c.quick == quickNone || !c.decodeQuick(&cell, &short, p) {
				continue
			}
			taken[c.quick]++
			out := catalog.Record{Values: make([]catalog.Value, 4)}
			if reason := p.value(&c, &cell, &long, &place{}, &out); reason != reasonNone || short != long {
				t.Fatalf("%+v in %s: %+v, the long way %+v %q", cell, c.kind, short, long, reason)
			}
		}
	}
	for _, kind := range catalog.Types { // each has its own draws, so that none of the ways is left to chance
		rapid.Check(t, func(t *rapid.T) { one(t, kind) })
	}
	for q := quickInteger; q <= quickText; q++ {
		if taken[q] == 0 {
			t.Errorf("way %d was never taken", q)
		}
	}
}
