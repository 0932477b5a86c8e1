package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestNarrowingByLinks goes from the whole table by a link to the rows of one
// station, is told in words and numbers what it sees, and takes the condition
// away again.
func TestNarrowingByLinks(t *testing.T) {
	w := newWorld(t)
	w.city()
	for lang, says := range map[string][]string{
		"zh": {"监测站等于“00号站”的行", "符合条件 12 行；全表 120 行", "只下载筛选结果", "合计", "660,000"},
		"en": {"Rows where 监测站 is “00号站”", "12 of 120 rows", "What you see", "Sum", "660,000"},
	} {
		whole := w.page("/" + lang + "/datasets/air-quality")
		values := all(all(whole.doc, "details", "by-value")[0], "a", "")
		if len(values) != 6 || words(values[0]) != "00号站 12" || attr(values[5], "href") != "#column-station" {
			t.Fatalf("%s: %d values, the first %q, the last leads to %q", lang, len(values), words(values[0]), attr(values[5], "href"))
		}
		a := w.page(strings.TrimSuffix(attr(values[0], "href"), "#rows"))
		main := words(all(a.doc, "main", "")[0])
		for _, want := range says {
			if !strings.Contains(main, want) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
		}
		if n := len(all(all(all(a.doc, "div", "grid")[0], "tbody", "")[0], "tr", "")); n != 12 {
			t.Errorf("%s: %d rows", lang, n)
		}
		chosen := all(all(a.doc, "ul", "choices")[0], "a", "")
		if len(chosen) != 1 || strings.TrimSuffix(attr(chosen[0], "href"), "#rows") != "/"+lang+"/datasets/air-quality" {
			t.Errorf("%s: %d chosen, the first leads to %q", lang, len(chosen), attr(chosen[0], "href"))
		}
		if seen := attr(all(all(a.doc, "aside", "downloads")[0], "a", "")[0], "href"); !strings.Contains(seen, "where=station") {
			t.Errorf("%s: the first download is %q", lang, seen)
		}
	}
}

func TestWordsAreFoundInRows(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/zh/datasets/air-quality?q=" + url.QueryEscape("07号") + "&order_by=day+desc")
	main := words(all(a.doc, "main", "")[0])
	if !strings.Contains(main, "符合条件 12 行") || !strings.Contains(main, "07号") || !strings.Contains(main, "按日期从大到小排列") {
		t.Errorf("the page says %.600q", main)
	}
	cite := all(a.doc, "form", "cite")[0]
	sent := map[string]string{}
	for _, field := range all(cite, "input", "") {
		sent[attr(field, "name")] = attr(field, "value")
	}
	if sent["q"] != "07号" || sent["order_by"] != "day desc" || sent["dataset"] != "air-quality" {
		t.Errorf("the form cites %v", sent)
	}
}

// TestTotalsAreToldApart wants a table with totals to say so, and to be seen
// without them.
func TestTotalsAreToldApart(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/en/datasets/budget")
	if main := words(all(a.doc, "main", "")[0]); !strings.Contains(main, "1 row adds others up") || len(all(a.doc, "span", "total-mark")) != 1 {
		t.Error("the row of totals is not told apart")
	}
	for _, link := range all(all(a.doc, "p", "counted")[0], "a", "") {
		plain := w.page(strings.TrimSuffix(attr(link, "href"), "#rows"))
		if n := len(all(all(all(plain.doc, "div", "grid")[0], "tbody", "")[0], "tr", "")); n != 2 {
			t.Errorf("%d rows without totals", n)
		}
	}
}

// TestSlipsAreToldInChinese tries what people write at first.
func TestSlipsAreToldInChinese(t *testing.T) {
	w := newWorld(t)
	w.city()
	for where, want := range map[string]string{
		"监测 = '01号站'":      "没有名为“监测”的字段。",
		"station = ":       "条件没有写完。",
		"station = '01":    "这里的引号没有配对。",
		"station > 5":      "可以写成 station > '5'。",
		"day > 2024":       "“日期”不能与 2024 比较",
		"station":          "单独不成条件。",
		"foo(pm25) = 1":    "没有名为“foo”的函数。",
		"pm25 = 1,000":     "这里不该是 ,。",
		"statoin = '01号站'": "是不是要用 station（监测站）？",
		"abs(station) = 1": "abs 要数字，而 station 是文字",
		"pm25 / 0 > 1":     "除以 0 没有值",
	} {
		a := w.get("/zh/datasets/air-quality?where=" + url.QueryEscape(where))
		problems := all(a.doc, "div", "problem")
		if a.StatusCode != http.StatusBadRequest || len(problems) != 1 {
			t.Errorf("%s: %d, %d problems", where, a.StatusCode, len(problems))
			continue
		}
		if text := words(problems[0]); !strings.Contains(text, want) || strings.Contains(text, "there is") {
			t.Errorf("%s: %q, want %q", where, text, want)
		}
	}
	a := w.get("/en/datasets/air-quality?where=" + url.QueryEscape("station = "))
	if text := words(all(a.doc, "div", "problem")[0]); !strings.Contains(text, "was expected here") {
		t.Errorf("in English: %q", text)
	}
}

// TestVersionsSayWhatChanged wants the page itself to compare small versions,
// and to name the feed in its head.
func TestVersionsSayWhatChanged(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/zh/datasets/air-quality")
	if main := words(all(a.doc, "main", "")[0]); !strings.Contains(main, "新增 60 行") || !strings.Contains(main, "首次发布") || !strings.Contains(main, "逐格对照") {
		t.Error("what changed is not told")
	}
	feeds := 0
	for _, link := range all(a.doc, "link", "") {
		if attr(link, "type") == "application/atom+xml" && strings.HasSuffix(attr(link, "href"), "/api/v1/datasets/air-quality/changes.atom?lang=zh-CN") {
			feeds++
		}
	}
	if feeds != 1 {
		t.Errorf("%d feeds in the head", feeds)
	}
}
