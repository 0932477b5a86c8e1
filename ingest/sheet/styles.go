package sheet

import (
	"encoding/xml"
	"strconv"
)

// styles reads the number formats and what else of the cell styles carries
// meaning. Style 0 of a workbook without styles is General.
func (rd *reading) styles(a *archive, name string) ([]Format, []style, error) {
	p := styleParts{custom: map[int]string{}}
	if a.has(name) != nil {
		if err := rd.elements(a, name, p.element); err != nil {
			return nil, nil, err
		}
	}
	formats, styles := p.settle()
	return formats, styles, nil
}

// settle makes the workbook's formats and styles of what was read.
func (p *styleParts) settle() ([]Format, []style) {
	formats := []Format{{Code: "General"}}
	known := map[int]int32{0: 0}
	styles := make([]style, 0, len(p.xfs)+1)
	for _, xf := range p.xfs {
		n, ok := known[xf.format]
		if !ok {
			code := p.custom[xf.format]
			if code == "" {
				code = builtinFormat(xf.format)
			}
			n = int32(len(formats))
			if f := ParseFormat(code); f.Class == ClassGeneral {
				n = 0
			} else {
				formats = append(formats, f)
			}
			known[xf.format] = n
		}
		st := style{format: n, indent: xf.indent}
		if xf.font >= 0 && xf.font < len(p.fonts) {
			st.flags = p.fonts[xf.font]
		}
		styles = append(styles, st)
	}
	if len(styles) == 0 {
		styles = append(styles, style{})
	}
	return formats, styles
}

type styleParts struct {
	custom map[int]string
	fonts  []Flag
	xfs    []xf
}

type xf struct {
	format, font int
	indent       uint8
}

// element takes one element of styles.xml. Differential styles (dxfs) use the
// same names, so the parent decides.
func (p *styleParts) element(parents []string, e xml.StartElement) error {
	parent, grand := "", ""
	if n := len(parents); n > 0 {
		parent = parents[n-1]
		if n > 1 {
			grand = parents[n-2]
		}
	}
	switch {
	case parent == "numFmts" && e.Name.Local == "numFmt":
		if id, err := strconv.Atoi(xmlAttr(e, "numFmtId")); err == nil {
			p.custom[id] = xmlAttr(e, "formatCode")
		}
	case parent == "fonts" && e.Name.Local == "font":
		p.fonts = append(p.fonts, 0)
	case grand == "fonts" && len(p.fonts) > 0:
		p.fonts[len(p.fonts)-1] |= fontFlag(e)
	case parent == "cellXfs" && e.Name.Local == "xf":
		p.xfs = append(p.xfs, xf{format: number(e, "numFmtId"), font: number(e, "fontId")})
	case grand == "cellXfs" && e.Name.Local == "alignment" && len(p.xfs) > 0:
		p.xfs[len(p.xfs)-1].indent = uint8(min(max(number(e, "indent"), 0), 255))
	}
	return nil
}

func fontFlag(e xml.StartElement) Flag {
	switch v := xmlAttr(e, "val"); {
	case v == "0" || v == "false":
		return 0
	case e.Name.Local == "b":
		return Bold
	case e.Name.Local == "strike":
		return Strike
	}
	return 0
}

// number reads an attribute; 0 where it is absent or none.
func number(e xml.StartElement, local string) int {
	n, err := strconv.Atoi(xmlAttr(e, local))
	if err != nil {
		return 0
	}
	return n
}
