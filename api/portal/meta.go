package portal

import (
	"net/url"
	"strings"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
)

func datasetURL(lang catalog.Lang, slug string) string {
	return "/" + page.Prefix(lang) + "/datasets/" + url.PathEscape(slug)
}

func departmentLink(lang catalog.Lang, d *catalog.Department) page.Link {
	return page.Link{Text: d.Title.In(lang), URL: "/" + page.Prefix(lang) + "/departments/" + url.PathEscape(d.Slug)}
}

// searchURL is the address of a search; empty values are left out.
func searchURL(lang catalog.Lang, values map[string]string) string {
	q := url.Values{}
	for name, value := range values {
		if value != "" {
			q.Set(name, value)
		}
	}
	path := "/" + page.Prefix(lang) + "/datasets"
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// otherText is a text in the language that the page is not in, "" where that
// adds nothing.
func otherText(t catalog.Text, lang catalog.Lang) string {
	if other := t.In(page.Other(lang)); other != t.In(lang) {
		return other
	}
	return ""
}

// freshness says how a version stands to the update cycle of its dataset.
func (p *Portal) freshness(lang catalog.Lang, d *catalog.Dataset, v *catalog.Version) page.Freshness {
	out := page.Freshness{
		Covers: page.Span(lang, d.TemporalStart, d.TemporalEnd), Cycle: termName(catalog.Cycles, string(d.Cycle), lang), State: page.Unplanned,
	}
	if v == nil {
		return out
	}
	out.Published = v.PublishedAt
	if v.Number != d.Current {
		out.State = page.Historical
		return out
	}
	out.Due, out.State = punctuality(d.Cycle, v.PublishedAt, p.now())
	return out
}

// punctuality says when data is due after a publication and how that stands now.
func punctuality(c catalog.UpdateCycle, published, now time.Time) (time.Time, page.Punctuality) {
	due, ok := c.NextDue(published)
	switch {
	case !ok:
		return time.Time{}, page.Unplanned
	case now.After(due):
		return due, page.Late
	case now.After(due.Add(-max(24*time.Hour, due.Sub(published)/10))) && due.Sub(published) > 48*time.Hour:
		return due, page.DueSoon
	}
	return due, page.OnTime
}

func termName(terms []catalog.Term, code string, lang catalog.Lang) string {
	if t, ok := catalog.Lookup(terms, code); ok {
		return t.Name.In(lang)
	}
	return code
}

// facts are the metadata of a dataset, those that are known.
func facts(s *shown) []page.Fact {
	d, v, w, lang := s.Dataset, s.Version, page.For(s.lang), s.lang
	licence, _ := catalog.Lookup(catalog.Licences, d.Licence)
	all := []page.Fact{
		{Name: w.FactPublisher, Value: s.Department.Title.In(lang), URL: departmentLink(lang, s.Department).URL},
		{Name: w.FactTheme, Value: termName(catalog.Themes, d.Theme, lang), URL: searchURL(lang, map[string]string{"theme": d.Theme})},
		{Name: w.FactLicence, Value: termName(catalog.Licences, d.Licence, lang), URL: licence.URI},
		{Name: w.FactOpen, Value: termName(catalog.OpenAttributes, string(d.Open), lang)},
		{Name: w.FactOpenCondition, Value: d.OpenCondition.In(lang)},
		{Name: w.FactTemporal, Value: page.Span(lang, d.TemporalStart, d.TemporalEnd)},
		{Name: w.FactSpatial, Value: strings.TrimSpace(d.Spatial.In(lang) + " " + d.SpatialCode)},
		{Name: w.FactCycle, Value: termName(catalog.Cycles, string(d.Cycle), lang)},
		{Name: w.FactModified, Value: page.Date(lang, v.PublishedAt)},
		{Name: w.RowsWord, Value: page.Number(v.Rows)},
		{Name: w.FactCode, Value: d.ResourceCode, Code: true},
		{Name: w.FactSlug, Value: d.Slug, Code: true},
		{Name: w.FactSharing, Value: termName(catalog.SharingTypes, string(d.Sharing), lang)},
		{Name: w.FactShareCondition, Value: d.ShareCond.In(lang)},
		{Name: w.FactShareMethod, Value: d.ShareMethod.In(lang)},
	}
	if len(v.Tables) == 1 {
		t := &v.Tables[0]
		all = append(all, page.Fact{Name: w.FactSheet, Value: t.Sheet}, page.Fact{Name: w.FactUnit, Value: t.Unit}, page.Fact{Name: w.FactPeriod, Value: t.Period})
	}
	return known(all)
}

// known leaves out the facts without a value.
func known(all []page.Fact) []page.Fact {
	var out []page.Fact
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

func keywords(s *shown) []page.Link {
	words := s.Dataset.KeywordsZH
	if s.lang == catalog.EN && len(s.Dataset.KeywordsEN) > 0 {
		words = s.Dataset.KeywordsEN
	}
	var out []page.Link
	for _, word := range words {
		out = append(out, page.Link{Text: word, URL: searchURL(s.lang, map[string]string{"q": word})})
	}
	return out
}

// ld is a node of a schema.org description.
type ld map[string]any

// set adds a property unless its text is empty.
func (n ld) set(name, text string) {
	if text != "" {
		n[name] = text
	}
}

// jsonLD describes the dataset in the words of schema.org, for dataset search
// engines.
func (p *Portal) jsonLD(s *shown, out *page.Dataset) any {
	d, v, lang := s.Dataset, s.Version, s.lang
	publisher := ld{"@type": "GovernmentOrganization", "name": s.Department.Title.In(lang), "url": s.base + out.Department.URL}
	n := ld{
		"@context": "https://schema.org/", "@type": "Dataset", "name": d.Title.In(lang), "url": out.Canonical,
		"identifier": d.Slug, "isAccessibleForFree": true, "inLanguage": string(lang), "version": v.Number,
		"creator": publisher, "publisher": publisher,
		"includedInDataCatalog": ld{"@type": "DataCatalog", "name": page.For(lang).SiteName(p.cfg.City.In(lang)), "url": s.base + out.Base() + "/"},
	}
	n.set("description", d.Description.In(lang))
	n.set("alternateName", out.OtherTitle)
	if licence, ok := catalog.Lookup(catalog.Licences, d.Licence); ok {
		n.set("license", licence.URI)
	}
	if d.TemporalStart != "" || d.TemporalEnd != "" {
		n["temporalCoverage"] = orOpen(d.TemporalStart) + "/" + orOpen(d.TemporalEnd)
	}
	n.set("spatialCoverage", d.Spatial.In(lang))
	if !v.PublishedAt.IsZero() {
		n["dateModified"] = v.PublishedAt.UTC().Format(time.RFC3339)
	}
	if words := append(append([]string{}, d.KeywordsZH...), d.KeywordsEN...); len(words) > 0 {
		n["keywords"] = words
	}
	if s.Table == nil {
		return n
	}
	var variables, files []ld
	for i := range s.Table.Columns {
		c := &s.Table.Columns[i]
		variable := ld{"@type": "PropertyValue", "name": c.Name, "alternateName": c.Label}
		variable.set("unitText", c.Unit)
		variable.set("description", c.Description.In(lang))
		variables = append(variables, variable)
	}
	for _, e := range out.Download.Everything {
		if e.Media == "" {
			continue
		}
		file := ld{"@type": "DataDownload", "encodingFormat": e.Media, "contentUrl": s.base + e.URL}
		if e.Exact {
			file["contentSize"] = e.Bytes
		}
		files = append(files, file)
	}
	n["variableMeasured"], n["distribution"] = variables, files
	return n
}

func orOpen(day string) string {
	if day == "" {
		return ".."
	}
	return day
}
