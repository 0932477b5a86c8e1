package sheet

import "testing"

func TestParseFormat(t *testing.T) {
	for _, c := range []struct {
		code            string
		class           FormatClass
		decimals, zeros int
	}{
		{"General", ClassGeneral, 0, 0},
		{"", ClassGeneral, 0, 0},
		{"0", ClassNumber, 0, 0},
		{"0.00", ClassNumber, 2, 0},
		{"#,##0.000;[Red]-#,##0.000", ClassNumber, 3, 0},
		{`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, ClassNumber, 2, 0},
		{"0%", ClassPercent, 0, 0},
		{"0.0%", ClassPercent, 1, 0},
		{`0.0"%"`, ClassNumber, 1, 0},
		{`0.0\%`, ClassNumber, 1, 0},
		{"000000", ClassCode, 0, 6},
		{"00", ClassCode, 0, 2},
		{"000.0", ClassNumber, 1, 0},
		{"0.00E+00", ClassNumber, 2, 0},
		{"##0.0E+0", ClassNumber, 1, 0},
		{"# ??/??", ClassNumber, 0, 0},
		{"@", ClassText, 0, 0},
		{"General;@", ClassGeneral, 0, 0},
		{"yyyy-mm-dd", ClassDate, 0, 0},
		{`yyyy"年"m"月"`, ClassDate, 0, 0},
		{`yyyy"年"m"月"d"日";@`, ClassDate, 0, 0},
		{`[DBNum1][$-804]yyyy"年"m"月"d"日"`, ClassDate, 0, 0},
		{"[$-F800]dddd, mmmm dd, yyyy", ClassDate, 0, 0},
		{"[$-404]e/m/d", ClassDate, 0, 0},
		{"[$-411]ge.m.d", ClassDate, 0, 0},
		{"aaaa", ClassDate, 0, 0},
		{"mmm-yy", ClassDate, 0, 0},
		{"mmmm", ClassDate, 0, 0},
		{"m", ClassDate, 0, 0},
		{"m/d/yy h:mm", ClassDatetime, 0, 0},
		{"yyyy-mm-dd hh:mm:ss", ClassDatetime, 0, 0},
		{"yyyy-mm-ddThh:mm", ClassDatetime, 0, 0},
		{"h:mm", ClassTime, 0, 0},
		{"mm:ss", ClassTime, 0, 0},
		{"mm:ss.0", ClassTime, 0, 0},
		{"[h]:mm:ss", ClassTime, 0, 0},
		{"[mm]:ss", ClassTime, 0, 0},
		{"h:mm AM/PM", ClassTime, 0, 0},
		{`上午/下午h"时"mm"分"`, ClassTime, 0, 0},
		{`"d"0`, ClassNumber, 0, 0},
		{`\d0`, ClassNumber, 0, 0},
		{"[Red]0.0", ClassNumber, 1, 0},
		{"[$€-407] #,##0.00", ClassNumber, 2, 0},
		{`[$¥-804]#,##0`, ClassNumber, 0, 0},
		{`"第"000"号"`, ClassNumber, 0, 0},
		{`;;;`, ClassGeneral, 0, 0},
		{`[>=10000]0!.0,"万";0`, ClassNumber, 0, 0},
		{`G/通用格式`, ClassGeneral, 0, 0},
		{`G/通用格式"元"`, ClassGeneral, 0, 0},
		{`0"日"`, ClassNumber, 0, 0},
	} {
		f := ParseFormat(c.code)
		if f.Class != c.class || f.Decimals != c.decimals || f.Zeros != c.zeros {
			t.Errorf("%q: class %d, %d decimals, %d zeros; want %d, %d, %d", c.code, f.Class, f.Decimals, f.Zeros, c.class, c.decimals, c.zeros)
		}
	}
}

func TestBuiltinFormats(t *testing.T) {
	for id, class := range map[int]FormatClass{
		0: ClassGeneral, 1: ClassNumber, 5: ClassNumber, 9: ClassPercent, 11: ClassNumber, 13: ClassNumber, 14: ClassDate, 17: ClassDate,
		18: ClassTime, 22: ClassDatetime, 27: ClassDate, 31: ClassDate, 32: ClassTime, 35: ClassTime, 36: ClassDate, 44: ClassNumber,
		45: ClassTime, 46: ClassTime, 47: ClassTime, 49: ClassText, 50: ClassDate, 56: ClassTime, 58: ClassDate, 63: ClassGeneral, 999: ClassGeneral,
	} {
		if got := ParseFormat(builtinFormat(id)).Class; got != class {
			t.Errorf("format %d (%s): class %d, want %d", id, builtinFormat(id), got, class)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, code := range builtinFormats {
		f.Add(code)
	}
	for _, code := range []string{"[", "\"", "\\", "[h", "[$", "yyyy\\", "_", "*", "[]0", "上午/下", "0.0.0", "e+", "\xff0"} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		got := ParseFormat(code)
		if got.Code != code || got.Decimals < 0 || got.Zeros < 0 || got.Class == ClassCode && got.Zeros < 2 {
			t.Fatalf("%q: %+v", code, got)
		}
	})
}
