package sheet

import (
	"bytes"
	"regexp"
	"strings"
)

// pageAbout is the property of a page that is being read.
type pageAbout struct {
	name string // of the property, "" for none
	in   string // the element whose text it is
	text []byte
}

// officeElement finds the properties that Office writes into a comment, which
// browsers do not show: <o:Author>...</o:Author>.
var officeElement = regexp.MustCompile(`(?i)<o:([a-z]+)>([^<]*)</o:[a-z]+>`)

// aboutComment takes a comment of a page.
func (p *pageReading) aboutComment(text []byte) {
	if !bytes.Contains(text, []byte("<o:")) {
		return
	}
	for _, m := range officeElement.FindAllSubmatch(text, p.opt.Limits.Comments) {
		if name := officeProperty(strings.ToLower(string(m[1]))); name != "" {
			p.property(name, attrText(m[2]))
		}
	}
}

// aboutTag takes a tag outside of what is shown: the title, what <meta> says,
// and Office's own elements.
func (p *pageReading) aboutTag(tag *pageTag) {
	switch {
	case tag.name == "meta":
		if name := officeProperty(strings.ToLower(tag.metaName)); name != "" {
			p.property(name, string(tag.content))
		}
	case tag.name == "title" && p.unseenIn != "svg":
		p.about = pageAbout{name: "title", in: tag.name}
	case strings.HasPrefix(tag.name, "o:"):
		if name := officeProperty(tag.name[2:]); name != "" {
			p.about = pageAbout{name: name, in: tag.name}
		}
	}
}

// aboutText takes text that is not shown.
func (p *pageReading) aboutText(text []byte) {
	if a := &p.about; a.name != "" {
		a.text = append(a.text, text[:min(len(text), max(propertyBytes-len(a.text), 0))]...)
	}
}

// aboutEnd is told of the end of an element.
func (p *pageReading) aboutEnd(name string) {
	if p.about.name != "" && p.about.in == name {
		p.property(p.about.name, string(p.about.text))
		p.about = pageAbout{}
	}
}
