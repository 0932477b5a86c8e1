package storetest

import (
	"strconv"
	"sync"

	"gongkai/catalog"
)

// recipe makes a recipe that differs from those with another name.
func recipe(name string) *catalog.Recipe {
	yes := true
	return &catalog.Recipe{
		SkipSheets: []string{"封面*"}, Dictionary: map[string]string{"床位": "beds"},
		Tables: []catalog.RecipeTable{{Name: name, Sheets: []string{"Sheet1"}, Key: []string{"year"},
			Unpivot: &catalog.Unpivot{Columns: []string{"####年"}, Heading: "year", Value: "beds"},
			Columns: []catalog.RecipeColumn{
				{Source: "床位①", Name: "beds", Type: catalog.TypeInteger, FillDown: &yes, Aliases: []string{"old"},
					Constraints: &catalog.Constraints{Required: true, Minimum: "0", Reference: &catalog.Reference{Dataset: "d", Column: "c"}}},
				{Source: "姓名", Name: "name", Personal: &catalog.PersonalDecision{Action: catalog.MaskColumn, Basis: "条例第二条", By: "officer", At: "2024-05-03T09:30:00Z"}},
			}}},
	}
}

// read makes a draft of d that was read as the recipe says.
func (w *world) read(d *catalog.Dataset, with int, sent bool, reading *catalog.Recipe) *catalog.Version {
	w.Helper()
	j := w.claim(w.upload(d, nil).Job)
	build := w.build()
	build.ReadWith, build.RecipeSent, build.Recipe = with, sent, reading
	v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, build)
	w.must(err)
	return v
}

// newest gives the number of the recipe in force, 0 for none.
func (w *world) newest(d *catalog.Dataset) int {
	w.Helper()
	rev, err := w.Recipe(w.ctx, d.ID, 0)
	if err != nil {
		w.want(catalog.NotFound, err)
		return 0
	}
	return rev.Number
}

var recipeCases = []testCase{
	{"SaveRecipe", "keeps every field and every revision", func(w *world) {
		d := w.dataset()
		before := w.revision()
		first, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "officer", 0)
		w.must(err)
		w.recent(first.CreatedAt)
		w.equal(first, &catalog.RecipeRevision{Number: 1, Recipe: *recipe("a"), CreatedAt: first.CreatedAt, CreatedBy: "officer"})
		second, err := w.SaveRecipe(w.ctx, d.ID, recipe("b"), "officer", 1)
		w.must(err)
		w.equal(second.Number, 2)
		for number, want := range map[int]*catalog.RecipeRevision{1: first, 2: second, 0: second} {
			got, err := w.Recipe(w.ctx, d.ID, number)
			w.must(err)
			w.equal(got, want)
		}
		w.equal(w.revision(), before) // readers do not see it
		_, err = w.Recipe(w.ctx, w.dataset().ID, 0)
		w.want(catalog.NotFound, err)
	}},
	{"SaveRecipe", "is on the audit trail with what it decides anew about persons", func(w *world) {
		d := w.dataset()
		_, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "officer", 0)
		w.must(err)
		events, err := w.ListEvents(w.ctx, 0, 1)
		w.must(err)
		w.equal(events[0].Actor+" "+events[0].Action+" "+events[0].Object, "officer recipe.save dataset/"+d.Slug)
		w.equal(events[0].Details, map[string]string{"revision": "1", "personal": "mask a.name (条例第二条)"})
		other := recipe("a")
		other.Tables[0].Label = "床位"
		_, err = w.SaveRecipe(w.ctx, d.ID, other, "officer", 1)
		w.must(err)
		events, err = w.ListEvents(w.ctx, 0, 1)
		w.must(err)
		w.equal(events[0].Details, map[string]string{"revision": "2"})
	}},
	{"SaveRecipe", "of what is in force already adds nothing", func(w *world) {
		d := w.dataset()
		first, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "officer", 0)
		w.must(err)
		again, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "another", 1)
		w.must(err)
		w.equal(again, first)
		w.equal(w.newest(d), 1)
	}},
	{"SaveRecipe", "refuses a writer who has not seen the newest", func(w *world) {
		d := w.dataset()
		_, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "x", 1)
		w.want(catalog.Conflict, err)
		_, err = w.SaveRecipe(w.ctx, d.ID, recipe("a"), "x", 0)
		w.must(err)
		_, err = w.SaveRecipe(w.ctx, d.ID, recipe("b"), "x", 0)
		w.want(catalog.Conflict, err)
		_, err = w.SaveRecipe(w.ctx, 99, recipe("b"), "x", 0)
		w.want(catalog.NotFound, err)
		w.equal(w.newest(d), 1)
	}},
	{"SaveRecipe", "of many writers who saw the same, one", func(w *world) {
		d := w.dataset()
		other := w.again()
		var mu sync.Mutex
		won := 0
		w.parallel(6, func(i int) error {
			_, err := []catalog.Store{w.Store, other}[i%2].SaveRecipe(w.ctx, d.ID, recipe(strconv.Itoa(i)), "x", 0)
			if err != nil && catalog.KindOf(err) != catalog.Conflict {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			}
			return nil
		})
		w.equal(won, 1)
		w.equal(w.newest(d), 1)
	}},
	{"Recipe", "is not found where there is none", func(w *world) {
		d := w.dataset()
		_, err := w.Recipe(w.ctx, d.ID, 0)
		w.want(catalog.NotFound, err)
		_, err = w.SaveRecipe(w.ctx, d.ID, recipe("a"), "x", 0)
		w.must(err)
		_, err = w.Recipe(w.ctx, d.ID, 2)
		w.want(catalog.NotFound, err)
	}},
	{"ListRecipes", "newest first, without recipes", func(w *world) {
		d := w.dataset()
		for i, name := range []string{"a", "b"} {
			_, err := w.SaveRecipe(w.ctx, d.ID, recipe(name), name, i)
			w.must(err)
		}
		_, err := w.SaveRecipe(w.ctx, w.dataset().ID, recipe("c"), "c", 0)
		w.must(err)
		list, err := w.ListRecipes(w.ctx, d.ID)
		w.must(err)
		w.equal(len(list), 2)
		w.equal(list, []catalog.RecipeRevision{
			{Number: 2, CreatedAt: list[0].CreatedAt, CreatedBy: "b"}, {Number: 1, CreatedAt: list[1].CreatedAt, CreatedBy: "a"},
		})
	}},
	{"Reading", "is how the version was read", func(w *world) {
		d := w.dataset()
		_, err := w.SaveRecipe(w.ctx, d.ID, recipe("a"), "x", 0)
		w.must(err)
		v := w.read(d, 1, true, recipe("b"))
		w.equal(v.Recipe, 1)
		w.equal(v.RecipeSent, true)
		got, err := w.Reading(w.ctx, v.ID)
		w.must(err)
		w.equal(got, recipe("b"))
		_, err = w.Reading(w.ctx, w.draft(d).ID)
		w.want(catalog.NotFound, err)
		_, err = w.Reading(w.ctx, 99)
		w.want(catalog.NotFound, err)
	}},
	{"Publish", "makes the reading the recipe", func(w *world) {
		d := w.dataset()
		v := w.read(d, 0, false, recipe("a"))
		w.equal(w.newest(d), 0)
		_, err := w.Publish(w.ctx, v.ID, "officer", nil)
		w.must(err)
		rev, err := w.Recipe(w.ctx, d.ID, 0)
		w.must(err)
		w.recent(rev.CreatedAt)
		w.equal(rev, &catalog.RecipeRevision{Number: 1, Recipe: *recipe("a"), Version: 1, CreatedAt: rev.CreatedAt, CreatedBy: "officer"})
		same, other := w.read(d, 1, false, recipe("a")), w.read(d, 1, false, recipe("b"))
		_, err = w.Publish(w.ctx, same.ID, "officer", nil)
		w.must(err)
		w.equal(w.newest(d), 1)
		_, err = w.Publish(w.ctx, other.ID, "officer", nil)
		w.must(err)
		w.equal(w.newest(d), 2)
		_, err = w.Publish(w.ctx, w.draft(d).ID, "officer", nil) // of before there were recipes
		w.must(err)
		w.equal(w.newest(d), 2)
	}},
	{"Publish", "leaves a recipe that was changed meanwhile", func(w *world) {
		d := w.dataset()
		early, sent := w.read(d, 0, false, recipe("a")), w.read(d, 0, true, recipe("b"))
		_, err := w.SaveRecipe(w.ctx, d.ID, recipe("edited"), "x", 0)
		w.must(err)
		_, err = w.Publish(w.ctx, early.ID, "officer", nil)
		w.must(err)
		w.equal(w.newest(d), 1)
		_, err = w.Publish(w.ctx, sent.ID, "officer", nil) // somebody sent it to hold
		w.must(err)
		rev, err := w.Recipe(w.ctx, d.ID, 0)
		w.must(err)
		w.equal(rev.Number, 2)
		w.equal(rev.Recipe, *recipe("b"))
		_, err = w.Publish(w.ctx, early.ID, "officer", nil) // an old version comes back, its reading does not
		w.must(err)
		w.equal(w.newest(d), 2)
	}},
	{"CommitDraft", "with the intent to publish makes the reading the recipe", func(w *world) {
		d := w.dataset()
		j := w.claim(w.upload(d, &catalog.PublishIntent{By: "p"}).Job)
		build := w.build()
		build.Recipe = recipe("a")
		_, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, build)
		w.must(err)
		rev, err := w.Recipe(w.ctx, d.ID, 0)
		w.must(err)
		w.equal(rev.Version, 1)
		w.equal(rev.CreatedBy, "p")
	}},
	{"SaveRecipe", "beside a publication neither is lost", func(w *world) {
		for range 4 {
			d := w.dataset()
			v := w.read(d, 0, false, recipe("reading"))
			other := w.again()
			w.parallel(2, func(i int) error {
				if i == 0 {
					_, err := w.Publish(w.ctx, v.ID, "p", nil)
					return err
				}
				_, err := other.SaveRecipe(w.ctx, d.ID, recipe("edited"), "x", 0)
				if catalog.KindOf(err) == catalog.Conflict {
					return nil
				}
				return err
			})
			w.equal(w.newest(d), 1) // whoever came second left it
		}
	}},
}

var rereadCases = []testCase{
	{"RereadUpload", "makes another version of the same upload and forgets the intent", func(w *world) {
		d := w.dataset()
		u := w.upload(d, &catalog.PublishIntent{By: "p", Acknowledge: true})
		w.want(catalog.Conflict, w.RereadUpload(w.ctx, u.ID, "o")) // queued
		j := w.claim(u.Job)
		w.want(catalog.Conflict, w.RereadUpload(w.ctx, u.ID, "o")) // running
		_, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build())
		w.must(err)
		w.must(w.RereadUpload(w.ctx, u.ID, "operator"))
		events, err := w.ListEvents(w.ctx, 0, 1)
		w.must(err)
		w.equal(events[0].Actor+" "+events[0].Action+" "+events[0].Object, "operator upload.reread upload/"+string(u.ID))
		w.fenced(j.ID, j.Attempt)
		again := w.claim(u.Job)
		w.equal(again.Attempt, 2)
		w.equal(again.RereadBy, "operator")
		w.equal(again.Publish, (*catalog.PublishIntent)(nil))
		v, err := w.CommitDraft(w.ctx, again.ID, again.Attempt, w.build())
		w.must(err)
		w.equal(v.Number, 2)
		w.equal(v.State, catalog.Draft)
		w.equal(v.Upload, u.ID)
		w.equal(v.CreatedBy, "operator")
		got, err := w.Upload(w.ctx, u.ID)
		w.must(err)
		w.equal(got.Version, 2)
		w.onePublished(d)
		w.want(catalog.NotFound, w.RereadUpload(w.ctx, "none", "o"))
	}},
	{"RereadUpload", "adds no version where nothing came out differently", func(w *world) {
		d := w.dataset()
		u := w.upload(d, nil)
		build := w.build(finding(catalog.SeverityWarning, "a"), catalog.Finding{Code: "bare", Severity: catalog.SeverityInfo})
		build.Recipe = recipe("a")
		commit := func(change func(*catalog.NewVersion)) *catalog.Version {
			w.Helper()
			next := build
			change(&next)
			j := w.claim(u.Job)
			v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, next)
			w.must(err)
			w.must(w.RereadUpload(w.ctx, u.ID, "o"))
			return v
		}
		first := commit(func(*catalog.NewVersion) {})
		w.equal(commit(func(n *catalog.NewVersion) { n.FileHash = "the same rows in other bytes" }), first)
		w.equal(commit(func(n *catalog.NewVersion) { n.ContentHash = "other" }).Number, 2)
		w.equal(commit(func(*catalog.NewVersion) {}).Number, 3) // the newest is compared
		w.equal(commit(func(n *catalog.NewVersion) { n.Recipe = recipe("b") }).Number, 4)
		w.equal(commit(func(n *catalog.NewVersion) { n.Recipe, n.Findings = recipe("b"), n.Findings[:1] }).Number, 4) // a note is gone
		w.equal(commit(func(n *catalog.NewVersion) { n.Recipe, n.Findings = recipe("b"), n.Findings[1:] }).Number, 5)
	}},
	{"RereadUpload", "publishes the version that came out the same where somebody asked meanwhile", func(w *world) {
		d := w.dataset()
		u := w.upload(d, nil)
		build := w.build()
		j := w.claim(u.Job)
		_, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, build)
		w.must(err)
		w.must(w.RereadUpload(w.ctx, u.ID, "o"))
		same := &catalog.Upload{Dataset: d.ID, Blob: u.Blob}
		_, err = w.CreateUpload(w.ctx, same, &catalog.PublishIntent{By: "p"})
		w.must(err)
		j = w.claim(u.Job)
		v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, build)
		w.must(err)
		w.equal(v.Number, 1)
		w.equal(v.State, catalog.Published)
	}},
	{"RereadUpload", "runs again what failed", func(w *world) {
		u := w.upload(w.dataset(), nil)
		j := w.claim(u.Job)
		w.must(w.FailJob(w.ctx, j.ID, j.Attempt, finding(catalog.SeverityError, "file-damaged")))
		w.must(w.RereadUpload(w.ctx, u.ID, "o"))
		again := w.claim(u.Job)
		w.equal(again.Failure, (*catalog.Finding)(nil))
	}},
	{"RereadUpload", "of many at once, one", func(w *world) {
		u := w.upload(w.dataset(), nil)
		j := w.claim(u.Job)
		_, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build())
		w.must(err)
		other := w.again()
		var mu sync.Mutex
		won := 0
		w.parallel(6, func(i int) error {
			err := []catalog.Store{w.Store, other}[i%2].RereadUpload(w.ctx, u.ID, "o")
			if err != nil && catalog.KindOf(err) != catalog.Conflict {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			}
			return nil
		})
		w.equal(won, 1)
	}},
}
