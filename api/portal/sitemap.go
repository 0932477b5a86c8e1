package portal

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
)

// mostAddresses is the limit of the sitemap protocol for one file.
const mostAddresses = 50_000

type sitemapURL struct {
	Loc   string        `xml:"loc"`
	Mod   string        `xml:"lastmod,omitempty"`
	Other []sitemapLink `xml:"xhtml:link"`
}

type sitemapLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// sitemap lists the pages of datasets and departments in both languages.
func (p *Portal) sitemap(w http.ResponseWriter, r *http.Request) {
	out := struct {
		XMLName xml.Name     `xml:"urlset"`
		NS      string       `xml:"xmlns,attr"`
		XHTML   string       `xml:"xmlns:xhtml,attr"`
		URLs    []sitemapURL `xml:"url"`
	}{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	base := p.base(r)
	add := func(rest string, changed time.Time) {
		var links []sitemapLink
		for _, l := range page.Languages {
			links = append(links, sitemapLink{"alternate", string(l), base + "/" + page.Prefix(l) + rest})
		}
		for _, l := range page.Languages {
			if len(out.URLs) == mostAddresses {
				return
			}
			u := sitemapURL{Loc: base + "/" + page.Prefix(l) + rest, Other: links}
			if !changed.IsZero() {
				u.Mod = catalog.Day(changed)
			}
			out.URLs = append(out.URLs, u)
		}
	}
	add("/", time.Time{})
	add("/datasets", time.Time{})
	add("/departments", time.Time{})
	departments, err := p.cfg.Store.ListDepartments(r.Context())
	if err != nil {
		p.Fail(w, r, fmt.Errorf("list departments: %w", err))
		return
	}
	for i := range departments {
		add("/departments/"+departments[i].Slug, time.Time{})
	}
	for _, doc := range p.cfg.Index.All() {
		add("/datasets/"+doc.Dataset.Slug, doc.Dataset.UpdatedAt)
	}
	body, err := xml.Marshal(out)
	if err != nil {
		p.Fail(w, r, fmt.Errorf("write the sitemap: %w", err))
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	whose := "public"
	if p.cfg.BaseURL == "" { // the addresses are as the request's Host says
		whose = "private"
	}
	w.Header().Set("Cache-Control", whose+", max-age=3600")
	w.Write([]byte(xml.Header))
	w.Write(body)
}

// robots lets programs read everything, for it is public data, but not walk
// through all combinations of filters of the search and of tables: there is no
// end of them, and the sitemap and the API give the same.
func (p *Portal) robots(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "User-agent: *\nDisallow: /zh/datasets?\nDisallow: /en/datasets?\nDisallow: /*?*where=\nDisallow: /*?*order_by=\nDisallow: /*?*cursor=\nAllow: /\n\nSitemap: %s/sitemap.xml\n", p.base(r))
}
