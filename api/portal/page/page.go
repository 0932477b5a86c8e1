// Package page is how the portal looks: one Go struct for each page that holds
// exactly what is shown, the templates, every interface phrase in both
// languages, the style sheet and the script.
//
// It must not know where anything shown comes from: it reads no catalogue, no
// rows and no request, and whatever departments or readers typed reaches it as
// plain text and leaves it escaped.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"

	"gongkai/catalog"
)

//go:embed templates/*.html
var templates embed.FS

// Page is one of the page structs of this package.
type Page interface {
	// Head is the part that all pages have.
	Head() *Frame
	name() string // of its template
}

// Link is a place with its name.
type Link struct{ Text, URL string }

// Section is a part of the portal, for the mark in its navigation.
type Section string

// The sections of the navigation.
const (
	AtHome        Section = "home"
	AtDatasets    Section = "datasets"
	AtDepartments Section = "departments"
	AtDesign      Section = "design"
)

// Frame is what every page has around its own content.
type Frame struct {
	Lang        catalog.Lang
	City        string // the name of the city
	Title       string // of the page alone; the city is added
	Description string // for search engines, one sentence
	Host        string // scheme and host of absolute URLs
	Canonical   string // absolute URL of this page
	Self        string // path and query of this page
	Switch      string // path and query of this page in the other language
	OtherURL    string // absolute URL of it
	Feed        string // absolute URL of the Atom feed of what is on this page, "" where there is none
	Section     Section
	Query       string // what the search box of the header holds
	JSONLD      any    // schema.org description, nil where there is none
	NoIndex     bool   // keep it out of search engines
	Plain       bool   // no search box in the header: the page has its own
}

// Head gives the frame itself.
func (f *Frame) Head() *Frame { return f }

// W gives the phrases of the page's language.
func (f *Frame) W() *Words { return For(f.Lang) }

// Base is the path that the pages of this language begin with.
func (f *Frame) Base() string { return "/" + Prefix(f.Lang) }

// Prefix gives the first segment of the paths of a language.
func Prefix(l catalog.Lang) string {
	if l == catalog.EN {
		return "en"
	}
	return "zh"
}

// Other gives the language that l is not.
func Other(l catalog.Lang) catalog.Lang {
	if l == catalog.EN {
		return catalog.ZH
	}
	return catalog.EN
}

// Languages lists the languages of the pages, the first for whom states no wish.
var Languages = []catalog.Lang{catalog.ZH, catalog.EN}

// Renderer turns page structs into HTML.
type Renderer struct {
	Assets *Assets
	sets   map[catalog.Lang]map[string]*template.Template
}

// names lists the templates of whole pages.
var names = []string{"home", "search", "dataset", "departments", "department", "citation", "failure", "design"}

// New parses the templates, once for each language.
func New() (*Renderer, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	r := &Renderer{Assets: assets, sets: map[catalog.Lang]map[string]*template.Template{}}
	for _, lang := range Languages {
		base, err := template.New("frame").Funcs(functions(lang, assets)).ParseFS(templates, "templates/frame.html", "templates/parts.html", "templates/table.html")
		if err != nil {
			return nil, fmt.Errorf("parse the page frame: %w", err)
		}
		r.sets[lang] = map[string]*template.Template{}
		for _, name := range names {
			set, err := base.Clone()
			if err == nil {
				_, err = set.ParseFS(templates, "templates/"+name+".html")
			}
			if err != nil {
				return nil, fmt.Errorf("parse the template %s: %w", name, err)
			}
			r.sets[lang][name] = set
		}
	}
	return r, nil
}

// Render writes a page whole or, where the template fails, not at all.
func (r *Renderer) Render(w io.Writer, p Page) error {
	set := r.sets[p.Head().Lang][p.name()]
	if set == nil {
		return fmt.Errorf("page %q in %q: no such template", p.name(), p.Head().Lang)
	}
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, "frame", p); err != nil {
		return fmt.Errorf("render the page %q: %w", p.name(), err)
	}
	_, err := buf.WriteTo(w)
	return err
}
