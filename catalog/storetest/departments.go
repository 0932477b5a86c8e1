package storetest

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/catalog"
)

var departmentCases = []testCase{
	{"CreateDepartment", "keeps every field", func(w *world) {
		city := w.department()
		d := &catalog.Department{Slug: "health", Parent: city.ID, Level: catalog.LevelDistrict,
			Title: catalog.Text{ZH: "卫生健康委员会", EN: "Health Commission"}, Description: catalog.Text{ZH: "说明", EN: "about"},
			DivisionCode: "330100", CreditCode: "91330100MA", Address: catalog.Text{ZH: "路1号", EN: "1 Road"},
			Phone: "0571-1", Email: "a@b.c", Hours: catalog.Text{ZH: "九点", EN: "nine"}}
		w.must(w.CreateDepartment(w.ctx, d))
		w.recent(d.CreatedAt)
		got, err := w.Department(w.ctx, d.ID)
		w.must(err)
		w.equal(got, d)
	}},
	{"CreateDepartment", "refuses a slug that is taken", func(w *world) {
		d := w.department()
		w.want(catalog.Conflict, w.CreateDepartment(w.ctx, &catalog.Department{Slug: d.Slug, Level: catalog.LevelCity}))
	}},
	{"CreateDepartment", "refuses a parent that is missing", func(w *world) {
		w.want(catalog.NotFound, w.CreateDepartment(w.ctx, &catalog.Department{Slug: "x", Parent: 99}))
	}},
	{"CreateDepartment", "one of many at once wins a slug", func(w *world) {
		won := make(chan bool, 8)
		other := w.again()
		w.parallel(8, func(i int) error {
			s := []catalog.Store{w.Store, other}[i%2]
			err := s.CreateDepartment(w.ctx, &catalog.Department{Slug: "same", Level: catalog.LevelCity})
			if err != nil && catalog.KindOf(err) != catalog.Conflict {
				return err
			}
			won <- err == nil
			return nil
		})
		n := 0
		for range 8 {
			if <-won {
				n++
			}
		}
		w.equal(n, 1)
	}},
	{"UpdateDepartment", "replaces the fields", func(w *world) {
		d := w.department()
		before := w.revision()
		d.Title, d.Parent, d.Phone = catalog.Text{ZH: "新名", EN: "New"}, w.department().ID, "1"
		w.must(w.UpdateDepartment(w.ctx, d))
		got, err := w.Department(w.ctx, d.ID)
		w.must(err)
		w.equal(got, d)
		if w.revision() <= before {
			w.Fatal("the revision did not grow")
		}
	}},
	{"UpdateDepartment", "refuses what does not exist, another slug and circles", func(w *world) {
		top := w.department()
		w.want(catalog.NotFound, w.UpdateDepartment(w.ctx, &catalog.Department{ID: 99, Slug: "x"}))
		low := &catalog.Department{Slug: "low", Parent: top.ID, Level: catalog.LevelTownship}
		w.must(w.CreateDepartment(w.ctx, low))
		circle := *top
		circle.Parent = low.ID
		w.want(catalog.Invalid, w.UpdateDepartment(w.ctx, &circle))
		circle.Parent = top.ID
		w.want(catalog.Invalid, w.UpdateDepartment(w.ctx, &circle))
		renamed := *top
		renamed.Slug = "renamed"
		w.want(catalog.Conflict, w.UpdateDepartment(w.ctx, &renamed))
		orphan := *low
		orphan.Parent = 99
		w.want(catalog.NotFound, w.UpdateDepartment(w.ctx, &orphan))
	}},
	{"Department", "is not found where there is none", func(w *world) {
		_, err := w.Department(w.ctx, 99)
		w.want(catalog.NotFound, err)
	}},
	{"DepartmentBySlug", "finds by slug", func(w *world) {
		d := w.department()
		got, err := w.DepartmentBySlug(w.ctx, d.Slug)
		w.must(err)
		w.equal(got, d)
		_, err = w.DepartmentBySlug(w.ctx, "none")
		w.want(catalog.NotFound, err)
	}},
	{"ListDepartments", "by slug, counting public datasets", func(w *world) {
		public, closed, empty := w.dataset(), w.dataset(), w.dataset()
		w.published(public)
		w.published(closed)
		closed.Open = catalog.OpenNone
		w.must(w.UpdateDataset(w.ctx, closed))
		list, err := w.ListDepartments(w.ctx)
		w.must(err)
		if !slices.IsSortedFunc(list, func(a, b catalog.DepartmentCount) int { return strings.Compare(a.Slug, b.Slug) }) {
			w.Fatalf("not by slug: %v", list)
		}
		want := map[catalog.DepartmentID]int{public.Department: 1, closed.Department: 0, empty.Department: 0}
		w.equal(len(list), len(want))
		for _, d := range list {
			w.equal(fmt.Sprint(d.ID, " ", d.Datasets), fmt.Sprint(d.ID, " ", want[d.ID]))
		}
	}},
}
