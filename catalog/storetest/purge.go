package storetest

import (
	"time"

	"gongkai/catalog"
)

var purgeCases = []testCase{
	{"PurgeUpload", "forgets drafts, keeps what is public, leaves a tombstone", func(w *world) {
		d := w.dataset()
		v := w.draft(d, finding(catalog.SeverityError, "personal-id"))
		before := w.revision()
		_, err := w.PurgeUpload(w.ctx, v.Upload, "officer", " ")
		w.want(catalog.Invalid, err)
		left, err := w.PurgeUpload(w.ctx, v.Upload, "officer", " holds resident IDs ")
		w.must(err)
		u, err := w.Upload(w.ctx, v.Upload)
		w.must(err)
		w.equal(left, &catalog.Leftovers{Blobs: []string{u.Blob}, Files: []string{v.FileHash}, Contents: []string{v.ContentHash}})
		w.recent(u.Purged.At)
		w.equal(u.Purged, catalog.Tombstone{At: u.Purged.At, By: "officer", Reason: "holds resident IDs"})
		got, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(got.State, catalog.Purged)
		w.equal(got.Purged.Reason, "holds resident IDs")
		w.equal(got.FileHash+got.ContentHash, v.FileHash+v.ContentHash)
		w.equal(len(got.Tables), 0)
		findings, err := w.Findings(w.ctx, v.ID)
		w.must(err)
		w.equal(len(findings), 0)
		_, err = w.Reading(w.ctx, v.ID)
		w.want(catalog.NotFound, err)
		_, err = w.Publish(w.ctx, v.ID, "x", nil)
		w.want(catalog.Conflict, err)
		w.want(catalog.Conflict, w.RereadUpload(w.ctx, v.Upload, "x"))
		w.want(catalog.Conflict, w.RetryJob(w.ctx, u.Job))
		same := *u
		same.ID = ""
		_, err = w.CreateUpload(w.ctx, &same, nil)
		w.want(catalog.Conflict, err)
		events, err := w.ListEvents(w.ctx, 0, 2)
		w.must(err)
		w.equal(events[0].Action+events[1].Action, "upload.purgeversion.purge")
		w.equal(events[0].Details["reason"]+events[0].Details["sha256"], "holds resident IDs"+u.Blob)
		if w.revision() <= before {
			w.Fatal("the revision did not grow")
		}
		again, err := w.PurgeUpload(w.ctx, v.Upload, "other", "again")
		w.must(err)
		w.equal(again, left)
		u, err = w.Upload(w.ctx, v.Upload)
		w.must(err)
		w.equal(u.Purged.By, "officer")
	}},
	{"PurgeVersion", "forgets the hashes of what is cited, and only these", func(w *world) {
		d := w.dataset()
		v := w.published(d)
		c, other := w.citation(d, ""), w.citation(w.dataset(), "")
		for _, c := range []*catalog.Citation{c, other} {
			_, err := w.CreateCitation(w.ctx, c, 100)
			w.must(err)
		}
		w.must(w.Withdraw(w.ctx, v.ID, "officer", "wrong"))
		_, err := w.PurgeVersion(w.ctx, v.ID, "officer", "holds resident IDs")
		w.must(err)
		kept, err := w.Citation(w.ctx, other.ID)
		w.must(err)
		w.equal(kept, other)
		c.Result = ""
		kept, err = w.Citation(w.ctx, c.ID)
		w.must(err)
		w.equal(kept, c)
	}},
	{"PurgeUpload", "leaves what others need", func(w *world) {
		d := w.dataset()
		v := w.published(d)
		u, err := w.Upload(w.ctx, v.Upload)
		w.must(err)
		other := &catalog.Upload{Dataset: w.dataset().ID, Blob: u.Blob, Bytes: u.Bytes, Filename: "b.csv", CreatedBy: "x"}
		_, err = w.CreateUpload(w.ctx, other, nil)
		w.must(err)
		left, err := w.PurgeUpload(w.ctx, u.ID, "officer", "why")
		w.must(err)
		w.equal(left, &catalog.Leftovers{})
		got, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(got.State, catalog.Published)
		need, err := w.Needed(w.ctx)
		w.must(err)
		w.equal(need.Blobs[u.Blob] && need.Files[v.FileHash] && need.Contents[v.ContentHash], true)
		_, err = w.PurgeUpload(w.ctx, other.ID, "officer", "why")
		w.want(catalog.Conflict, err) // its job has not ended
		w.must(w.CancelJob(w.ctx, other.Job))
		left, err = w.PurgeUpload(w.ctx, other.ID, "officer", "why")
		w.must(err)
		w.equal(left.Blobs, []string{u.Blob})
		need, err = w.Needed(w.ctx)
		w.must(err)
		w.equal(need.Blobs[u.Blob], false)
		_, err = w.PurgeUpload(w.ctx, "none", "officer", "why")
		w.want(catalog.NotFound, err)
	}},
	{"PurgeVersion", "takes drafts and what was withdrawn", func(w *world) {
		d := w.dataset()
		v := w.published(d)
		_, err := w.PurgeVersion(w.ctx, v.ID, "officer", "why")
		w.want(catalog.Conflict, err)
		w.must(w.Withdraw(w.ctx, v.ID, "officer", "wrong"))
		left, err := w.PurgeVersion(w.ctx, v.ID, "officer", "why")
		w.must(err)
		w.equal(left, &catalog.Leftovers{Files: []string{v.FileHash}, Contents: []string{v.ContentHash}})
		got, err := w.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(got.TakenBack(), true)
		w.equal(got.Reason, "wrong")
		w.must(w.RereadUpload(w.ctx, v.Upload, "x")) // the original is there
		_, err = w.PurgeVersion(w.ctx, 99, "officer", "why")
		w.want(catalog.NotFound, err)
		_, err = w.PurgeVersion(w.ctx, v.ID, "officer", "")
		w.want(catalog.Invalid, err)
	}},
	{"PurgeOvertaken", "takes drafts that a later version took the place of", func(w *world) {
		d := w.dataset()
		first, last := w.draft(d), w.draft(d)
		soon := time.Now().Add(time.Hour)
		n, _, err := w.PurgeOvertaken(w.ctx, soon)
		w.must(err)
		w.equal(n, 0) // another upload, and nothing published
		pub := w.published(d)
		newer := w.draft(d)
		n, _, err = w.PurgeOvertaken(w.ctx, pub.PublishedAt.Add(-time.Minute))
		w.must(err)
		w.equal(n, 0) // not for so long
		n, left, err := w.PurgeOvertaken(w.ctx, soon)
		w.must(err)
		w.equal(n, 2)
		w.equal(left.Files, []string{first.FileHash, last.FileHash})
		for number, want := range map[int]catalog.VersionState{first.Number: catalog.Purged, last.Number: catalog.Purged, pub.Number: catalog.Published, newer.Number: catalog.Draft} {
			v, err := w.Version(w.ctx, d.ID, number)
			w.must(err)
			w.equal(v.State, want)
		}
		// The upload of a draft is read again: the newer draft takes its place.
		u, err := w.Upload(w.ctx, newer.Upload)
		w.must(err)
		w.must(w.RereadUpload(w.ctx, u.ID, "x"))
		n, _, err = w.PurgeOvertaken(w.ctx, soon)
		w.must(err)
		w.equal(n, 0) // not while it is read
		j := w.claim(u.Job)
		_, err = w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build())
		w.must(err)
		n, left, err = w.PurgeOvertaken(w.ctx, soon)
		w.must(err)
		w.equal(n, 1)
		w.equal(left.Files, []string{newer.FileHash})
	}},
	{"Needed", "names what is not purged", func(w *world) {
		d := w.dataset()
		kept, gone := w.draft(d), w.draft(d)
		_, err := w.PurgeVersion(w.ctx, gone.ID, "officer", "why")
		w.must(err)
		need, err := w.Needed(w.ctx)
		w.must(err)
		w.equal(need.Files, map[string]bool{kept.FileHash: true})
		w.equal(need.Contents, map[string]bool{kept.ContentHash: true})
		w.equal(len(need.Blobs), 2)
	}},
}
