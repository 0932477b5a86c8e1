package storetest

import (
	"sync"
	"time"

	"gongkai/catalog"
)

var versionCases = []testCase{
	{"CommitDraft", "keeps every field and ends the job", func(w *world) {
		d := w.dataset()
		u := w.upload(d, nil)
		j := w.claim(u.Job)
		before := w.revision()
		build := w.build(finding(catalog.SeverityWarning, "type-mismatch"), catalog.Finding{Code: "bare", Severity: catalog.SeverityInfo})
		v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, build)
		w.must(err)
		w.recent(v.CreatedAt)
		for i := range v.Tables {
			if v.Tables[i].ID == 0 {
				w.Fatal("a table without an ID")
			}
			build.Tables[i].ID = v.Tables[i].ID
		}
		w.equal(v, &catalog.Version{ID: v.ID, Dataset: d.ID, Number: 1, State: catalog.Draft, Upload: u.ID, FileHash: build.FileHash,
			ContentHash: build.ContentHash, Bytes: build.Bytes, Rows: build.Rows, CreatedAt: v.CreatedAt, CreatedBy: "uploader",
			Tables: build.Tables})
		got, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(got, v)
		findings, err := w.Findings(w.ctx, v.ID)
		w.must(err)
		w.equal(findings, build.Findings)
		ended, err := w.Job(w.ctx, j.ID)
		w.must(err)
		w.equal(ended.State, catalog.JobDone)
		w.equal(ended.Progress.Share, 1.0)
		w.recent(ended.EndedAt)
		upload, err := w.Upload(w.ctx, u.ID)
		w.must(err)
		w.equal(upload.Version, 1)
		w.equal(w.revision(), before)
	}},
	{"CommitDraft", "numbers by dataset", func(w *world) {
		a, b := w.dataset(), w.dataset()
		w.equal(w.draft(a).Number, 1)
		w.equal(w.draft(a).Number, 2)
		w.equal(w.draft(b).Number, 1)
		_, err := w.CommitDraft(w.ctx, 99, 1, w.build())
		w.want(catalog.NotFound, err)
	}},
	{"CommitDraft", "one of many with the same attempt", func(w *world) {
		d := w.dataset()
		j := w.claim(w.upload(d, &catalog.PublishIntent{By: "x"}).Job)
		other, build := w.again(), w.build()
		var mu sync.Mutex
		won := 0
		w.parallel(6, func(i int) error {
			_, err := []catalog.Store{w.Store, other}[i%2].CommitDraft(w.ctx, j.ID, j.Attempt, build)
			if err != nil && catalog.KindOf(err) != catalog.Stale {
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
		list, err := w.ListVersions(w.ctx, d.ID)
		w.must(err)
		w.equal(len(list), 1)
	}},
	{"CommitDraft", "publishes where the job asks and nothing blocks", func(w *world) {
		warning, failing := finding(catalog.SeverityWarning, "type-mismatch"), finding(catalog.SeverityError, "personal-id")
		for _, c := range []struct {
			intent   *catalog.PublishIntent
			findings []catalog.Finding
			want     catalog.VersionState
			acks     int
		}{
			{nil, nil, catalog.Draft, 0},
			{&catalog.PublishIntent{By: "p"}, nil, catalog.Published, 0},
			{&catalog.PublishIntent{By: "p"}, []catalog.Finding{warning}, catalog.Draft, 0},
			{&catalog.PublishIntent{By: "p", Acknowledge: true}, []catalog.Finding{warning, warning}, catalog.Published, 1},
			{&catalog.PublishIntent{By: "p", Acknowledge: true}, []catalog.Finding{failing}, catalog.Draft, 0},
		} {
			d := w.dataset()
			before := w.revision()
			j := w.claim(w.upload(d, c.intent).Job)
			v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build(c.findings...))
			w.must(err)
			w.equal(v.State, c.want)
			got, err := w.Version(w.ctx, d.ID, 1)
			w.must(err)
			w.equal(got, v)
			w.equal(w.revision() > before, c.want == catalog.Published)
			acks, err := w.Acknowledgements(w.ctx, v.ID)
			w.must(err)
			w.equal(len(acks), c.acks)
			current, err := w.Dataset(w.ctx, d.ID)
			w.must(err)
			w.equal(current.Public(), c.want == catalog.Published)
			if c.want == catalog.Published {
				w.equal(v.PublishedBy, "p")
				w.recent(v.PublishedAt)
			}
		}
	}},
	{"Version", "is not found where there is none", func(w *world) {
		_, err := w.Version(w.ctx, w.dataset().ID, 1)
		w.want(catalog.NotFound, err)
	}},
	{"CurrentVersions", "those of public datasets, with tables", func(w *world) {
		a, b, closed := w.dataset(), w.dataset(), w.dataset()
		w.draft(w.dataset())
		check := func(want map[catalog.DatasetID]*catalog.Version) {
			w.Helper()
			got, err := w.CurrentVersions(w.ctx)
			w.must(err)
			w.equal(got, want)
		}
		check(map[catalog.DatasetID]*catalog.Version{})
		va, vb := w.published(a), w.published(b)
		w.published(closed)
		closed.Open = catalog.OpenNone
		w.must(w.UpdateDataset(w.ctx, closed))
		check(map[catalog.DatasetID]*catalog.Version{a.ID: va, b.ID: vb})
		va = w.published(a)
		w.must(w.Withdraw(w.ctx, vb.ID, "x", "wrong"))
		check(map[catalog.DatasetID]*catalog.Version{a.ID: va})
		other := w.again()
		got, err := other.CurrentVersions(w.ctx)
		w.must(err)
		w.equal(got, map[catalog.DatasetID]*catalog.Version{a.ID: va})
	}},
	{"ListVersions", "newest first, without tables", func(w *world) {
		d := w.dataset()
		first, second := w.draft(d), w.draft(d)
		w.draft(w.dataset())
		first.Tables, second.Tables = nil, nil
		list, err := w.ListVersions(w.ctx, d.ID)
		w.must(err)
		w.equal(list, []catalog.Version{*second, *first})
	}},
	{"AllVersions", "of all datasets in all states", func(w *world) {
		d := w.dataset()
		states := map[catalog.VersionID]catalog.VersionState{}
		withdrawn := w.published(d)
		w.must(w.Withdraw(w.ctx, withdrawn.ID, "x", "y"))
		states[withdrawn.ID] = catalog.Withdrawn
		states[w.published(d).ID] = catalog.Superseded
		states[w.published(d).ID] = catalog.Published
		states[w.draft(w.dataset()).ID] = catalog.Draft
		list, err := w.AllVersions(w.ctx)
		w.must(err)
		got := map[catalog.VersionID]catalog.VersionState{}
		for _, v := range list {
			got[v.ID] = v.State
		}
		w.equal(got, states)
	}},
	{"Findings", "none where none were made", func(w *world) {
		list, err := w.Findings(w.ctx, w.draft(w.dataset()).ID)
		w.must(err)
		w.equal(len(list), 0)
	}},
}

var publishCases = []testCase{
	{"Publish", "moves the current version and supersedes the old", func(w *world) {
		d := w.dataset()
		first := w.published(d)
		before := w.revision()
		draft := w.draft(d)
		second, err := w.Publish(w.ctx, draft.ID, "officer", nil)
		w.must(err)
		w.recent(second.PublishedAt)
		draft.State, draft.PublishedAt, draft.PublishedBy = catalog.Published, second.PublishedAt, "officer"
		w.equal(second, draft)
		got, err := w.Version(w.ctx, d.ID, 2)
		w.must(err)
		w.equal(got, second)
		old, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(old.State, catalog.Superseded)
		w.equal(old.PublishedAt, first.PublishedAt)
		current, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(current.Current, 2)
		w.equal(current.UpdatedAt, second.PublishedAt)
		if w.revision() <= before {
			w.Fatal("the revision did not grow")
		}
		events, err := w.ListEvents(w.ctx, 0, 1)
		w.must(err)
		w.equal(events, []catalog.Event{{ID: events[0].ID, At: second.PublishedAt, Actor: "officer", Action: "version.publish",
			Object: "dataset/" + d.Slug, Details: map[string]string{"version": "2"}}})
	}},
	{"Publish", "twice changes nothing", func(w *world) {
		v := w.published(w.dataset())
		before := w.revision()
		again, err := w.Publish(w.ctx, v.ID, "another", []string{"type-mismatch"})
		w.must(err)
		w.equal(again, v)
		w.equal(w.revision(), before)
	}},
	{"Publish", "is blocked by errors and by open warnings", func(w *world) {
		d := w.dataset()
		broken := w.draft(d, finding(catalog.SeverityError, "personal-id"))
		_, err := w.Publish(w.ctx, broken.ID, "x", []string{"personal-id"})
		w.want(catalog.Conflict, err)
		doubtful := w.draft(d, finding(catalog.SeverityWarning, "a"), finding(catalog.SeverityWarning, "b"), finding(catalog.SeverityInfo, "c"))
		_, err = w.Publish(w.ctx, doubtful.ID, "x", []string{"a"})
		w.want(catalog.Conflict, err)
		acks, err := w.Acknowledgements(w.ctx, doubtful.ID)
		w.must(err)
		w.equal(len(acks), 0)
		current, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(current.Current, 0)
	}},
	{"Publish", "brings a superseded version back", func(w *world) {
		d := w.dataset()
		old, newer := w.published(d), w.published(d)
		back, err := w.Publish(w.ctx, old.ID, "x", nil)
		w.must(err)
		w.equal(back.State, catalog.Published)
		w.equal(back.PublishedBy, "x")
		w.recent(back.PublishedAt)
		current, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(current.Current, old.Number)
		other, err := w.Version(w.ctx, d.ID, newer.Number)
		w.must(err)
		w.equal(other.State, catalog.Superseded)
	}},
	{"Publish", "refuses what was withdrawn and what there is not", func(w *world) {
		d := w.dataset()
		old := w.published(d)
		w.must(w.Withdraw(w.ctx, old.ID, "x", "y"))
		_, err := w.Publish(w.ctx, old.ID, "x", nil)
		w.want(catalog.Conflict, err)
		_, err = w.Publish(w.ctx, 99, "x", nil)
		w.want(catalog.NotFound, err)
	}},
	{"Publish", "of two drafts at once leaves one published", func(w *world) {
		d := w.dataset()
		drafts := []*catalog.Version{w.draft(d), w.draft(d), w.draft(d), w.draft(d)}
		other := w.again()
		w.parallel(4, func(i int) error {
			_, err := []catalog.Store{w.Store, other}[i%2].Publish(w.ctx, drafts[i].ID, "x", nil)
			return err
		})
		w.onePublished(d)
	}},
	{"Acknowledgements", "name who accepted which warning", func(w *world) {
		v := w.draft(w.dataset(), finding(catalog.SeverityWarning, "b"), finding(catalog.SeverityWarning, "a"), finding(catalog.SeverityWarning, "a"))
		_, err := w.Publish(w.ctx, v.ID, "officer", []string{"a", "b", "unknown"})
		w.must(err)
		acks, err := w.Acknowledgements(w.ctx, v.ID)
		w.must(err)
		w.equal(len(acks), 2)
		w.recent(acks[0].At)
		w.equal(acks, []catalog.Acknowledgement{{Code: "a", By: "officer", At: acks[0].At}, {Code: "b", By: "officer", At: acks[1].At}})
	}},
	{"Withdraw", "leaves the dataset without a version", func(w *world) {
		d := w.dataset()
		old, v := w.published(d), w.published(d)
		before := w.revision()
		w.must(w.Withdraw(w.ctx, v.ID, "officer", "wrong figures"))
		got, err := w.Version(w.ctx, d.ID, 2)
		w.must(err)
		w.equal(got.State, catalog.Withdrawn)
		w.equal(got.Reason, "wrong figures")
		w.recent(got.WithdrawnAt)
		current, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(current.Current, 0)
		w.equal(current.Public(), true) // what is left of it may still be read
		kept, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(kept.State, catalog.Superseded)
		events, err := w.ListEvents(w.ctx, 0, 1)
		w.must(err)
		w.equal(events[0].Action+" "+events[0].Actor, "version.withdraw officer")
		if w.revision() <= before {
			w.Fatal("the revision did not grow")
		}
		w.published(d)
		w.must(w.Withdraw(w.ctx, old.ID, "officer", "also wrong"))
		current, err = w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(current.Current, 3)
	}},
	{"Withdraw", "refuses drafts and what is withdrawn", func(w *world) {
		d := w.dataset()
		w.want(catalog.Conflict, w.Withdraw(w.ctx, w.draft(d).ID, "x", "y"))
		v := w.published(d)
		w.must(w.Withdraw(w.ctx, v.ID, "x", "y"))
		w.want(catalog.Conflict, w.Withdraw(w.ctx, v.ID, "x", "y"))
		w.want(catalog.NotFound, w.Withdraw(w.ctx, 99, "x", "y"))
	}},
}

// onePublished fails unless exactly one version of d is published and d points at it.
func (w *world) onePublished(d *catalog.Dataset) {
	w.Helper()
	got, err := w.Dataset(w.ctx, d.ID)
	w.must(err)
	list, err := w.ListVersions(w.ctx, d.ID)
	w.must(err)
	var published []int
	for _, v := range list {
		if v.State == catalog.Published {
			published = append(published, v.Number)
		}
	}
	w.equal(published, []int{got.Current})
}

var tokenCases = []testCase{
	{"CreateToken", "keeps every field", func(w *world) {
		_, hash := catalog.NewSecret()
		t := &catalog.Token{Hash: hash, Department: w.department().ID, Label: "统计处脚本", ExpiresAt: time.Now().Add(time.Hour)}
		w.must(w.CreateToken(w.ctx, t))
		w.recent(t.CreatedAt)
		got, err := w.TokenByHash(w.ctx, hash)
		w.must(err)
		w.equal(got, t)
		w.want(catalog.Conflict, w.CreateToken(w.ctx, &catalog.Token{Hash: hash}))
		w.want(catalog.NotFound, w.CreateToken(w.ctx, &catalog.Token{Hash: "h", Department: 99}))
	}},
	{"TokenByHash", "is not found where there is none", func(w *world) {
		_, err := w.TokenByHash(w.ctx, "none")
		w.want(catalog.NotFound, err)
	}},
	{"ListTokens", "gives all", func(w *world) {
		a, b := catalog.Token{Hash: "a"}, catalog.Token{Hash: "b", Department: w.department().ID}
		w.must(w.CreateToken(w.ctx, &a))
		w.must(w.CreateToken(w.ctx, &b))
		list, err := w.ListTokens(w.ctx)
		w.must(err)
		w.equal(list, []catalog.Token{a, b})
	}},
	{"RevokeToken", "is on the audit trail, as is making one, and neither tells the secret", func(w *world) {
		t := &catalog.Token{Hash: "hash-of-a-secret", Department: w.department().ID, Label: "budget office"}
		w.must(w.CreateToken(w.ctx, t))
		w.must(w.RevokeToken(w.ctx, t.ID))
		w.must(w.RevokeToken(w.ctx, t.ID)) // again changes nothing
		events, err := w.ListEvents(w.ctx, 0, 2)
		w.must(err)
		w.equal(events[0].Action+" "+events[1].Action, "token.revoke token.create")
		for _, e := range events {
			w.equal(e.Details, map[string]string{"label": "budget office"})
		}
	}},
	{"RevokeToken", "ends a token once", func(w *world) {
		t := catalog.Token{Hash: "a"}
		w.must(w.CreateToken(w.ctx, &t))
		w.must(w.RevokeToken(w.ctx, t.ID))
		first, err := w.TokenByHash(w.ctx, "a")
		w.must(err)
		w.recent(first.RevokedAt)
		w.equal(first.Valid(time.Now()), false)
		time.Sleep(2 * time.Millisecond)
		w.must(w.RevokeToken(w.ctx, t.ID))
		again, err := w.TokenByHash(w.ctx, "a")
		w.must(err)
		w.equal(again, first)
		w.want(catalog.NotFound, w.RevokeToken(w.ctx, 99))
	}},
}
