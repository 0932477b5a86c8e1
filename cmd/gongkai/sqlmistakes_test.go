package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
)

// TestSQLMistakes writes what people write who seldom do: each answer says where
// it is, in Chinese and in English, and what to write instead.
func TestSQLMistakes(t *testing.T) {
	s := boot(t, sqlCity(t), "--prepare=false")
	for sql, want := range map[string]struct {
		at        int
		what, fix string
	}{
		`SELECT x FROM "open-dta"`:                                        {15, "no dataset", "did you mean \"open-data\"?"},
		`SELECT x FROM open_data`:                                         {15, "no dataset", "did you mean \"open-data\"?"},
		`SELECT x FROM open-data`:                                         {19, "- was not expected", `stands in double quotes: "open-data"`},
		`SELECT amonut FROM "open-data"`:                                  {8, `no column "amonut"`, "did you mean amount?"},
		`SELECT x FROM "open-data" WHERE diqu = '城关区`:                     {40, "never closed", "single quotes"},
		`SELECT x FROM "open-data WHERE x = 1`:                            {15, "never closed", "double quotes are for names"},
		`SELECT diqu, count(*) FROM "open-data"`:                          {8, "neither grouped by", "GROUP BY diqu"},
		`SELECT diqu，amount FROM "open-data"`:                             {12, "， is no sign of SQL", "write , in place"},
		`SELECT count（*） FROM "open-data"`:                                {13, "（ is no sign of SQL", "write ( in place"},
		`SELECT x FROM "open-data" WHERE diqu = “城关区”`:                    {40, "“ is no sign of SQL", "write ' in place"},
		`SELECT x FROM "open-data" WHERE x ≥ 5`:                           {35, "≥ is no sign of SQL", "write >= in place"},
		`SELECT x FROM districts，"open-data"`:                             {24, "， is no sign of SQL", "write , in place"},
		`SELECT x FROM "open-data"; SELECT 2`:                             {0, "2 statements", "one SELECT at a time"},
		`SELECT x FROM "open-data" WHERE diqu = "城关区"`:                    {40, "no column", "a text is in single quotes: '城关区'"},
		`SELECT x FROM "open-data" WHERE diqu = 城关区`:                      {40, "no column", "a text is in single quotes"},
		`SELECT x FROM "open-data" WHERE day > 2025-01-01`:                {37, "DATE cannot be compared with INTEGER", "'2026-01-31'"},
		`SELECT x FROM "open-data" WHERE sum(x) > 5`:                      {33, "not known yet in WHERE", "HAVING"},
		`SELCT x FROM "open-data"`:                                        {1, "SELCT was not expected", "did you mean SELECT"},
		`SELECT x FORM "open-data"`:                                       {15, `"open-data" was not expected`, "did you mean FROM"},
		`SELECT x FROM "open-data" LIMTI 5`:                               {33, "5 was not expected", "did you mean LIMIT"},
		`SELECT TOP 5 x FROM "open-data"`:                                 {12, "5 was not expected", "write LIMIT"},
		`SELECT x FROM "open-data" LIMIT 10, 5`:                           {0, "one number", "LIMIT 5 OFFSET 10"},
		"SELECT `x` FROM \"open-data\"":                                   {10, "quotes nothing", "double quotes"},
		`SELECT concat(x, diqu FROM "open-data"`:                          {23, "FROM was not expected", "a ) or a comma"},
		`SELECT x FROM "open-data" WHERE`:                                 {32, "too early", "what is missing"},
		`SELECT sum(diqu) FROM "open-data"`:                               {8, "other types", "CAST"},
		`SELECT x FROM "open-data" WHERE diqu LIKE %城%`:                   {43, "% was not expected", "LIKE '%路%'"},
		`SELECT x FROM "open-data" a, "open-data" b`:                      {8, "several tables", "t.column"},
		`SELECT x FROM "open-data" UNION SELECT x, diqu FROM "open-data"`: {0, "same number of columns", "as many columns"},
		`SELECT user`: {8, "not allowed", "tells nothing about itself"},
	} {
		var p problem
		r := s.do("GET", "/api/v1/sql?sql="+url.QueryEscape(sql), nil)
		r.json(t, &p)
		if r.StatusCode != http.StatusBadRequest || p.Field != "sql" || p.Position != want.at || !strings.Contains(p.Detail, want.what) || !strings.Contains(p.Fix, want.fix) {
			t.Errorf("%s\n%d at %d: %s\n%s", sql, r.StatusCode, p.Position, p.Detail, p.Fix)
		}
		for _, said := range []string{p.Detail, p.Fix} {
			zh, en, ok := strings.Cut(said, " / ")
			if !ok || !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || en == "" {
				t.Errorf("%s\nis not told in both languages: %s", sql, said)
			}
		}
	}
	for _, sql := range []string{`SELECT x FROM "open-data";`, `SELECT x FROM "open-data"；`, `SELECT x FROM "open-data" WHERE x == 5`, `SELECT x, FROM "open-data"`, "SELECT x\u3000FROM \"open-data\"",
		`SELECT '，（）“”；' AS "（名）" -- ，
		FROM "open-data" /* ； */`} {
		if a := s.rows(sql); a.Meta.Count == 0 {
			t.Errorf("%s: %+v", sql, a)
		}
	}
}
