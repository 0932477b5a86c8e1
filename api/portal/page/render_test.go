package page

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/catalog"
)

func render(t *testing.T, p Page) *html.Node {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.Render(&b, p); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "ZgotmplZ") {
		t.Errorf("%s: a value stands where the template does not trust it", p.name())
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all gives the elements with one of the tags, every element without any.
func all(n *html.Node, tags ...string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (len(tags) == 0 || slices.Contains(tags, d.Data)) {
			out = append(out, d)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// byClass gives the elements of a class.
func byClass(n *html.Node, class string) []*html.Node {
	return slices.DeleteFunc(all(n), func(e *html.Node) bool {
		return !slices.Contains(strings.Fields(attr(e, "class")), class)
	})
}

// TestPagesAreSound renders every page in every state and both languages and
// checks what holds for all of them.
func TestPagesAreSound(t *testing.T) {
	for _, lang := range Languages {
		for name, p := range fixtures(lang) {
			t.Run(Prefix(lang)+"-"+name, func(t *testing.T) {
				doc := render(t, p)
				soundFrame(t, doc, p)
				soundHeadings(t, doc)
				soundReferences(t, doc)
				soundControls(t, doc)
				soundTables(t, doc)
				safe(t, doc)
			})
		}
	}
}

func soundFrame(t *testing.T, doc *html.Node, p Page) {
	f := p.Head()
	if got := attr(all(doc, "html")[0], "lang"); got != string(f.Lang) {
		t.Errorf("lang is %q", got)
	}
	if words(all(doc, "title")[0]) == "" {
		t.Error("no title")
	}
	for _, tag := range []string{"main", "header", "footer", "h1"} {
		if n := len(slices.DeleteFunc(all(doc, tag), func(e *html.Node) bool { return tag == "header" && attr(e, "class") != "top" })); n != 1 {
			t.Errorf("%d elements %s", n, tag)
		}
	}
	switches := byClass(doc, "switch")
	if len(switches) != 1 || attr(switches[0], "href") != f.Switch || attr(switches[0], "hreflang") != string(Other(f.Lang)) {
		t.Error("the language switch does not keep the place")
	}
	alternates := slices.DeleteFunc(all(doc, "link"), func(e *html.Node) bool { return attr(e, "rel") != "alternate" || !has(e, "hreflang") })
	if f.Canonical != "" && len(alternates) != 2 {
		t.Errorf("%d alternates", len(alternates))
	}
}

func soundHeadings(t *testing.T, doc *html.Node) {
	before := 0
	for _, h := range all(doc, "h1", "h2", "h3", "h4") {
		level := int(h.Data[1] - '0')
		if level > before+1 {
			t.Errorf("the heading %q of level %d follows one of level %d", words(h), level, before)
		}
		if words(h) == "" {
			t.Errorf("an empty %s", h.Data)
		}
		before = level
	}
}

func soundReferences(t *testing.T, doc *html.Node) {
	ids := map[string]bool{}
	for _, e := range all(doc) {
		if id := attr(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %q occurs twice", id)
			}
			ids[id] = true
		}
	}
	for _, e := range all(doc) {
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby"} {
			for _, id := range strings.Fields(attr(e, name)) {
				if !ids[id] {
					t.Errorf("%s %s names %q, which is not there", e.Data, name, id)
				}
			}
		}
	}
	for _, a := range all(doc, "a") {
		href := attr(a, "href")
		u, err := url.Parse(href)
		if err != nil || href == "" {
			t.Errorf("the link %q leads to %q: %v", words(a), href, err)
			continue
		}
		if strings.HasPrefix(href, "#") && !ids[u.Fragment] {
			t.Errorf("the link %q leads to %q, which is not on the page", words(a), href)
		}
		if words(a) == "" {
			t.Errorf("the link to %q says nothing", href)
		}
	}
}

func soundControls(t *testing.T, doc *html.Node) {
	labelled := map[string]bool{}
	for _, l := range all(doc, "label") {
		if words(l) == "" {
			t.Error("an empty label")
		}
		labelled[attr(l, "for")] = true
	}
	for _, e := range all(doc, "input", "select", "textarea") {
		if attr(e, "type") != "hidden" && !labelled[attr(e, "id")] {
			t.Errorf("the field %q has no label", attr(e, "name"))
		}
	}
	for _, e := range all(doc, "nav", "section", "aside") {
		if e.Data != "section" && attr(e, "aria-label") == "" && attr(e, "aria-labelledby") == "" {
			t.Errorf("a %s without a name", e.Data)
		}
	}
	for _, f := range all(doc, "form") {
		if attr(f, "method") != "get" && attr(f, "action") != "/c" {
			t.Errorf("a form to %s by %q", attr(f, "action"), attr(f, "method"))
		}
	}
	for _, r := range byClass(doc, "scroll") {
		if attr(r, "role") != "region" || attr(r, "tabindex") != "0" || attr(r, "aria-label") == "" {
			t.Error("a scrolling region without role, name or focus")
		}
	}
}

func soundTables(t *testing.T, doc *html.Node) {
	for _, table := range all(doc, "table") {
		if len(all(table, "caption")) != 1 {
			t.Error("a table without caption")
		}
		for _, th := range all(table, "th") {
			if attr(th, "scope") == "" {
				t.Errorf("the head %q has no scope", words(th))
			}
		}
		var width int
		for _, tr := range all(table, "tr") {
			n := len(all(tr, "td", "th"))
			if width != 0 && n != width {
				t.Errorf("a row of %d cells after one of %d", n, width)
			}
			width = n
		}
	}
}

// safe checks that nothing on a page runs or loads but our own files.
func safe(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, e := range all(doc) {
		for _, a := range e.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcset":
				t.Errorf("%s has %s=%q", e.Data, a.Key, a.Val)
			case a.Key == "src" && !strings.HasPrefix(value, "/assets/"):
				t.Errorf("%s loads %q", e.Data, a.Val)
			case a.Key == "href" && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")):
				t.Errorf("%s leads to %q", e.Data, a.Val)
			}
		}
	}
	for _, e := range all(doc, "link") {
		if rel := attr(e, "rel"); (rel == "stylesheet" || rel == "icon") && !strings.HasPrefix(attr(e, "href"), "/assets/") {
			t.Errorf("%s comes from %q", rel, attr(e, "href"))
		}
	}
	for _, e := range all(doc, "script") {
		if !has(e, "src") && attr(e, "type") != "application/ld+json" {
			t.Errorf("a script of its own: %s", words(e))
		}
	}
	if n := len(all(doc, "img", "iframe", "object", "embed", "style", "base")); n > 0 {
		t.Errorf("%d elements that have no place here", n)
	}
}

// fill puts text into every string of a struct, one element into every list
// and a value behind every pointer.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Name != "Lang" {
				fill(v.Field(i), text)
			}
		}
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(map[string]any{"name": text}))
		}
	}
}

// TestHostileText puts what would break a careless page into every text of
// every page.
func TestHostileText(t *testing.T) {
	for _, lang := range Languages {
		for name, p := range fixtures(lang) {
			t.Run(Prefix(lang)+"-"+name, func(t *testing.T) {
				fill(reflect.ValueOf(p).Elem(), hostile)
				r, err := New()
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				if err := r.Render(&b, p); err != nil {
					t.Fatal(err)
				}
				doc, err := html.Parse(strings.NewReader(b.String()))
				if err != nil {
					t.Fatal(err)
				}
				safe(t, doc)
				if n := len(all(doc, "main")); n != 1 {
					t.Errorf("%d main elements: the page was broken open", n)
				}
				for _, s := range all(doc, "script") {
					if attr(s, "type") != "application/ld+json" {
						continue
					}
					var back map[string]any
					if err := json.Unmarshal([]byte(s.FirstChild.Data), &back); err != nil || back["name"] != hostile {
						t.Errorf("the description came back as %v, %v", back, err)
					}
				}
			})
		}
	}
}

func TestDatasetPageShowsWhatItHolds(t *testing.T) {
	for _, lang := range Languages {
		p := datasetPage(lang)
		doc := render(t, p)
		text := words(all(doc, "main")[0])
		for _, want := range []string{p.Title, p.OtherTitle, p.Department.Text, p.Contact.Email, "CSV", "1.2 MB", "12,345", "µg/m³", "细颗粒物 PM2.5"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on the page", lang, want)
			}
		}
		rows := all(byClass(doc, "grid")[0], "tr")
		if len(rows) != len(p.Browser.Rows)+1 {
			t.Errorf("%d rows", len(rows)-1)
		}
		if sorted := all(rows[0], "th")[3]; attr(sorted, "aria-sort") != "descending" {
			t.Errorf("the third column is sorted %q", attr(sorted, "aria-sort"))
		}
		if n := len(byClass(doc, "total")); n != 1 {
			t.Errorf("%d totals rows", n)
		}
	}
}

func TestQueryProblemStandsAtItsField(t *testing.T) {
	doc := render(t, queryError(catalog.EN))
	field := slices.DeleteFunc(all(doc, "input"), func(e *html.Node) bool { return attr(e, "id") != "where" })[0]
	if attr(field, "aria-invalid") != "true" || !strings.Contains(attr(field, "aria-describedby"), "where-problem") {
		t.Error("the field does not point to its problem")
	}
	marked := all(byClass(doc, "caret")[0], "mark")
	if len(marked) != 1 || words(marked[0]) != "distric" {
		t.Error("the place is not marked")
	}
}

func TestOtherLanguageIsMarked(t *testing.T) {
	doc := render(t, longDataset(catalog.EN))
	if got := attr(all(doc, "h1")[0], "lang"); got != "zh-CN" {
		t.Errorf("a Chinese title on an English page has lang %q", got)
	}
	doc = render(t, datasetPage(catalog.ZH))
	if got := attr(byClass(doc, "other-title")[0], "lang"); got != "en" {
		t.Errorf("an English title on a Chinese page has lang %q", got)
	}
	if has(all(doc, "h1")[0], "lang") {
		t.Error("a Chinese title on a Chinese page is marked")
	}
}
