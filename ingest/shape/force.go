package shape

// headerGiven puts the header where a recipe says that it is; 0,0: nowhere, so
// that the first line that is no title begins the body.
func (d *detector) headerGiven(l *layout, rows [2]int) {
	if rows == [2]int{} {
		i := l.lo
		for i+1 < l.hi && l.typical > 1 && (d.n(i, l.region) < 2 || d.metaLine(i, l.region)) {
			i++
		}
		l.head, l.foot, l.body, l.headless = i, i, i, true
		return
	}
	l.head, l.foot = d.lineOf(rows[0]), d.lineOf(rows[1]+1)
	l.body = l.foot
	l.why, l.whyZH = "the recipe says so", "配方如此规定"
	d.skipNumbering(l)
}

// force reads the tables again whose header rows a recipe gives. Of several
// tables on the sheet the one is meant that has most of the recipe's columns
// then; where none has any, what was found stays.
func (d *detector) force(s *series, found []attempt) []attempt {
	for i := range s.recipe.Tables {
		rt := &s.recipe.Tables[i]
		here, elsewhere := s.reaches(i, d.sheet.Name)
		if rt.HeaderRows == nil || !here && !elsewhere {
			continue
		}
		best, at, most := attempt{}, -1, -1
		for k := range found {
			if found[k].forced {
				continue
			}
			g, ok := d.headed(found[k].region, *rt.HeaderRows)
			if !ok {
				continue
			}
			a := d.attempt(g, rt.HeaderRows)
			if !a.ok {
				continue
			}
			common, of := inCommon(rt, a.table.Columns)
			enough := common > 0 || of == 0
			if !here {
				enough = common > 0 && common*2 >= of
			}
			if enough && common > most {
				best, at, most = a, k, common
			}
		}
		if at < 0 {
			if here {
				s.notApplied(rt.Name, d.sheet.Name, "with the header in these rows no table has its columns", "以这些行为表头时，没有数据表含有它的字段")
			}
			continue
		}
		best.forced = true
		found = d.replace(found, at, best)
	}
	return found
}

// headed gives the region whose header lies in some rows: it begins there, or
// with the title above.
func (d *detector) headed(g region, rows [2]int) (region, bool) {
	if rows == [2]int{} {
		return g, true
	}
	head, foot := d.lineOf(rows[0]), d.lineOf(rows[1]+1)
	if head == foot || foot >= g.hi || g.lo > foot+1 {
		return g, false // no such rows, or they are not above these records
	}
	if g.lo = min(g.lo, head); head-g.lo > 10 {
		g.lo = head // another table stands above
	}
	return g, true
}

// replace puts a reading where that was which covers the same lines, and takes
// those lines off the others.
func (d *detector) replace(found []attempt, at int, a attempt) []attempt {
	was := found[at].region
	out := found[:0:0]
	for k, o := range found {
		g := o.region
		beside := g.c1 > a.region.c2 || a.region.c1 > g.c2 || g.hi <= a.region.lo || g.lo >= a.region.hi
		switch {
		case k == at:
			if was.lo < a.region.lo {
				out = append(out, d.attempt(region{was.lo, a.region.lo, was.c1, was.c2}, nil))
			}
			out = append(out, a)
		case beside || o.forced:
			out = append(out, o)
		case g.lo < a.region.lo:
			out = append(out, d.attempt(region{g.lo, a.region.lo, g.c1, g.c2}, nil))
		}
	}
	return out
}
