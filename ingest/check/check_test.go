package check

import (
	"strconv"
	"strings"
	"testing"

	"gongkai/catalog"
)

// table makes a table of text columns and one of integers for each label that
// begins with #.
func table(labels ...string) *catalog.Table {
	t := &catalog.Table{Name: "t", Sheet: "S", HeaderRow: [2]int{1, 1}, FirstRow: 2}
	for i, l := range labels {
		c := catalog.Column{Name: "c" + strconv.Itoa(i), Label: strings.TrimPrefix(l, "#"), Type: catalog.TypeText, Col: i + 1}
		if strings.HasPrefix(l, "#") {
			c.Type = catalog.TypeInteger
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func findings(t *catalog.Table, rows ...[]string) map[string]catalog.Finding {
	c := New(t, nil)
	for i, row := range rows {
		r := catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: make([]catalog.Value, len(t.Columns))}
		for k, s := range row {
			switch {
			case s == "":
			case t.Columns[k].Type == catalog.TypeInteger:
				n, _ := strconv.ParseInt(s, 10, 64)
				r.Values[k] = catalog.Value{Kind: catalog.IntValue, I: n}
			default:
				r.Values[k] = catalog.Value{Kind: catalog.TextValue, S: s}
			}
		}
		c.Record(&r)
	}
	out := map[string]catalog.Finding{}
	for _, f := range c.Findings(t) {
		out[f.Code+" "+f.Args["column"]] = f
	}
	return out
}

func TestFindings(t *testing.T) {
	got := findings(table("姓名", "住址", "身份证号码", "备注", "年度", "空"),
		[]string{"张", "甲街1号", "已遮盖", "电话13800138000", "2024", ""},
		[]string{"李", "乙街2号", "已遮盖二", "无事", "2024", ""},
		[]string{"王", "丙街3号", "已遮盖三", "无事二", "2024", ""},
		[]string{"王", "丙街3号", "已遮盖三", "无事二", "2024", ""})
	for _, want := range []string{"personal-combination 姓名", "personal-header 身份证号码", "personal-mobile 备注", "column-constant 年度", "column-empty 空", "row-duplicate "} {
		if _, ok := got[want]; !ok {
			t.Errorf("no %s in %v", want, got)
		}
		delete(got, want)
	}
	if len(got) > 0 {
		t.Errorf("too many: %v", got)
	}
	f := findings(table("备注"), []string{"电话13800138000"})["personal-mobile 备注"]
	if f.Severity != catalog.SeverityError || f.Where != "S!A2" || f.Count != 1 || strings.Contains(f.Sentence(catalog.EN)+f.Actual, "138001") {
		t.Errorf("%+v", f)
	}
}

// TestChance: amounts and serial numbers that look like phone or card numbers
// by chance do not block.
func TestChance(t *testing.T) {
	var amounts, phones, serials [][]string
	for i := range 300 {
		amounts = append(amounts, []string{strconv.Itoa(13_000_000_000 + i*97_000_003)})
		phones = append(phones, []string{"1380013" + strconv.Itoa(1000+i)})
		serials = append(serials, []string{"622202" + strconv.Itoa(1_000_000_000_000+i*37)})
	}
	for name, c := range map[string]struct {
		label string
		rows  [][]string
		want  bool
	}{"amounts": {"#金额", amounts, false}, "phones": {"#联系方式", phones, true}, "phones as text": {"联系方式", phones, true}, "serials": {"流水号", serials, false}} {
		blocked := false
		for _, f := range findings(table(c.label), c.rows...) {
			blocked = blocked || f.Severity == catalog.SeverityError
		}
		if blocked != c.want {
			t.Errorf("%s: blocked %v", name, blocked)
		}
	}
}

func TestHashes(t *testing.T) {
	s := hashes{most: 20_000}
	for i := range uint64(10_000) {
		if _, known := s.add(i * 0x9e3779b97f4a7c15 << 1); known {
			t.Fatal("a new hash is known", i)
		}
	}
	for i := range uint64(10_000) {
		if _, known := s.add(i * 0x9e3779b97f4a7c15 << 1); !known {
			t.Fatal("a known hash is new", i)
		}
	}
}

// TestFullHashes: a full set knows what it has, takes no more and says so.
func TestFullHashes(t *testing.T) {
	s := hashes{most: 1000}
	hash := func(i uint64) uint64 { return i * 0x9e3779b97f4a7c15 << 1 }
	for i := range uint64(5000) {
		s.add(hash(i))
	}
	if _, known := s.add(hash(7)); !known || !s.full || s.n > 1600 {
		t.Error(known, s.full, s.n)
	}
	tab := table("编码")
	tab.Key = []string{"c0"}
	tab.Columns[0].Constraints = &catalog.Constraints{Unique: true}
	c := New(tab, nil)
	if c.key.known.most != mostKeys/2 || c.columns[0].rules.known.most != mostKeys/2 {
		t.Error("a key and a unique column do not share")
	}
	c.key.known.full = true
	if f := c.Findings(tab); len(f) != 1 || f[0].Code != "rule-unchecked" {
		t.Error(f)
	}
}

// TestNoAllocation: a record costs no memory, with and without rules.
func TestNoAllocation(t *testing.T) {
	for name, rules := range map[string]*catalog.Constraints{
		"none": nil, "all": {Required: true, Enum: []string{"2.5", "3", "00012345", "云湖区登记处"}, Unique: true},
	} {
		tab := table("编码", "区", "#数")
		tab.Columns = append(tab.Columns, catalog.Column{Name: "amount", Label: "金额", Type: catalog.TypeDecimal, Col: 4})
		for i := range tab.Columns {
			tab.Columns[i].Constraints = rules
		}
		if rules != nil {
			tab.Key = []string{"c0"}
			bounded := *rules
			bounded.Minimum, bounded.Maximum = "0", "15000000000"
			tab.Columns[2].Constraints, tab.Columns[3].Constraints = &bounded, &bounded
		}
		c := New(tab, nil)
		r := record(tab, 2, "00012345", "云湖区登记处", "14000000001", "250.50")
		for range 20 {
			c.Record(r) // so that ten cells are named
		}
		if n := testing.AllocsPerRun(1000, func() { c.Record(r) }); n > 0 {
			t.Errorf("%s: %v allocations a record", name, n)
		}
	}
}
