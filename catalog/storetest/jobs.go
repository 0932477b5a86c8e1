package storetest

import (
	"sync"
	"time"

	"gongkai/catalog"
)

var uploadCases = []testCase{
	{"CreateUpload", "keeps every field and queues a job", func(w *world) {
		d := w.dataset()
		u := &catalog.Upload{Dataset: d.ID, Blob: "b", Bytes: 1 << 35, CreatedBy: "token",
			Filename: "床位.xlsx", Options: catalog.UploadOptions{Encoding: "gb18030"}}
		created, err := w.CreateUpload(w.ctx, u, &catalog.PublishIntent{By: "officer", Acknowledge: true})
		w.must(err)
		w.equal(created, true)
		w.recent(u.CreatedAt)
		if len(u.ID) < 16 {
			w.Fatalf("the ID %q can be guessed", u.ID)
		}
		got, err := w.Upload(w.ctx, u.ID)
		w.must(err)
		w.equal(got, u)
		j, err := w.Job(w.ctx, u.Job)
		w.must(err)
		w.recent(j.CreatedAt)
		w.equal(j, &catalog.Job{ID: u.Job, Upload: u.ID, State: catalog.JobQueued, CreatedAt: j.CreatedAt,
			Publish: &catalog.PublishIntent{By: "officer", Acknowledge: true}})
	}},
	{"CreateUpload", "the same three are the same upload", func(w *world) {
		d := w.dataset()
		u := w.upload(d, nil)
		for _, publish := range []*catalog.PublishIntent{nil, {By: "a"}, {By: "b", Acknowledge: true}, {By: "c"}} {
			same := &catalog.Upload{Dataset: d.ID, Blob: u.Blob, Bytes: 10, CreatedBy: "another"}
			created, err := w.CreateUpload(w.ctx, same, publish)
			w.must(err)
			w.equal(created, false)
			w.equal(same, u)
		}
		j := w.claim(0)
		w.equal(j.Publish, &catalog.PublishIntent{By: "b", Acknowledge: true})
		_, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build())
		w.must(err)
		same := &catalog.Upload{Dataset: d.ID, Blob: u.Blob}
		_, err = w.CreateUpload(w.ctx, same, &catalog.PublishIntent{By: "d", Acknowledge: true})
		w.must(err)
		w.equal(same.Version, 1)
		j, err = w.Job(w.ctx, u.Job)
		w.must(err)
		w.equal(j.Publish.By, "b")
	}},
	{"CreateUpload", "another dataset, blob or option is another upload", func(w *world) {
		d := w.dataset()
		w.upload(d, nil)
		for _, u := range []catalog.Upload{
			{Dataset: w.dataset().ID, Blob: "blob"}, {Dataset: d.ID, Blob: "blob"}, {Dataset: d.ID, Blob: "other"},
			{Dataset: d.ID, Blob: "blob", Options: catalog.UploadOptions{Encoding: "b"}},
			{Dataset: d.ID, Blob: "blob", Options: catalog.UploadOptions{Encoding: "a"}},
		} {
			created, err := w.CreateUpload(w.ctx, &u, nil)
			w.must(err)
			w.equal(created, true)
		}
	}},
	{"CreateUpload", "many at once make one", func(w *world) {
		d := w.dataset()
		ids, news := make(chan catalog.UploadID, 8), make(chan bool, 8)
		other := w.again()
		w.parallel(8, func(i int) error {
			u := &catalog.Upload{Dataset: d.ID, Blob: "blob"}
			created, err := []catalog.Store{w.Store, other}[i%2].CreateUpload(w.ctx, u, nil)
			ids <- u.ID
			news <- created
			return err
		})
		id, n := <-ids, 0
		for range 7 {
			w.equal(<-ids, id)
		}
		for range 8 {
			if <-news {
				n++
			}
		}
		w.equal(n, 1)
	}},
	{"CreateUpload", "refuses a missing dataset", func(w *world) {
		_, err := w.CreateUpload(w.ctx, &catalog.Upload{Dataset: 99, Blob: "b"}, nil)
		w.want(catalog.NotFound, err)
	}},
	{"Upload", "is not found where there is none", func(w *world) {
		_, err := w.Upload(w.ctx, "none")
		w.want(catalog.NotFound, err)
	}},
	{"ListUploads", "newest first, of the dataset alone", func(w *world) {
		d := w.dataset()
		first, second := w.upload(d, nil), w.upload(d, nil)
		w.upload(w.dataset(), nil)
		list, err := w.ListUploads(w.ctx, d.ID)
		w.must(err)
		w.equal(list, []catalog.Upload{*second, *first})
	}},
}

var jobCases = []testCase{
	{"Job", "is not found where there is none", func(w *world) {
		_, err := w.Job(w.ctx, 99)
		w.want(catalog.NotFound, err)
	}},
	{"ClaimJob", "oldest first, each once, then nothing", func(w *world) {
		d := w.dataset()
		first, second := w.upload(d, nil), w.upload(d, nil)
		j := w.claim(0)
		w.recent(j.StartedAt)
		w.recent(j.Heartbeat)
		w.equal(j, &catalog.Job{ID: first.Job, Upload: first.ID, State: catalog.JobRunning, Attempt: 1, Owner: "me",
			CreatedAt: j.CreatedAt, StartedAt: j.StartedAt, Heartbeat: j.Heartbeat})
		w.equal(w.claim(0).ID, second.Job)
		none, err := w.ClaimJob(w.ctx, "me", time.Minute, 0)
		w.must(err)
		w.equal(none, (*catalog.Job)(nil))
	}},
	{"ClaimJob", "one job alone", func(w *world) {
		d := w.dataset()
		first, second := w.upload(d, nil), w.upload(d, nil)
		w.equal(w.claim(second.Job).ID, second.Job)
		none, err := w.ClaimJob(w.ctx, "me", time.Minute, second.Job)
		w.must(err)
		w.equal(none, (*catalog.Job)(nil))
		w.equal(w.claim(0).ID, first.Job)
	}},
	{"ClaimJob", "takes over from a dead owner", func(w *world) {
		j := w.claim(w.upload(w.dataset(), nil).Job)
		w.must(w.Heartbeat(w.ctx, j.ID, j.Attempt, catalog.Progress{Phase: "build", Share: 0.5}))
		time.Sleep(30 * time.Millisecond)
		taken, err := w.ClaimJob(w.ctx, "other", 10*time.Millisecond, 0)
		w.must(err)
		w.equal(taken.ID, j.ID)
		w.equal(taken.Attempt, 2)
		w.equal(taken.Owner, "other")
		w.equal(taken.Progress, catalog.Progress{})
	}},
	{"ClaimJob", "no job goes to two of many workers", func(w *world) {
		d := w.dataset()
		const jobs = 24
		for range jobs {
			w.upload(d, nil)
		}
		stores := []catalog.Store{w.Store, w.again(), w.again()}
		var mu sync.Mutex
		owners := map[catalog.JobID]int{}
		w.parallel(6, func(i int) error {
			for {
				j, err := stores[i%3].ClaimJob(w.ctx, "worker", time.Minute, 0)
				if err != nil {
					return err
				}
				if j == nil {
					return nil
				}
				mu.Lock()
				owners[j.ID]++
				mu.Unlock()
			}
		})
		w.equal(len(owners), jobs)
		for id, n := range owners {
			if n != 1 {
				w.Fatalf("job %d was claimed %d times", id, n)
			}
		}
	}},
	{"Heartbeat", "records progress and keeps the job", func(w *world) {
		j := w.claim(w.upload(w.dataset(), nil).Job)
		time.Sleep(30 * time.Millisecond)
		p := catalog.Progress{Phase: "infer", Share: 0.25, Rows: 1 << 33}
		w.must(w.Heartbeat(w.ctx, j.ID, j.Attempt, p))
		none, err := w.ClaimJob(w.ctx, "other", 25*time.Millisecond, 0)
		w.must(err)
		w.equal(none, (*catalog.Job)(nil))
		got, err := w.Job(w.ctx, j.ID)
		w.must(err)
		w.equal(got.Progress, p)
		if !got.Heartbeat.After(j.Heartbeat) {
			w.Fatal("the heartbeat did not move")
		}
	}},
	{"Heartbeat", "is stale once superseded, cancelled or ended", func(w *world) {
		d := w.dataset()
		old := w.claim(w.upload(d, nil).Job)
		time.Sleep(5 * time.Millisecond)
		taken, err := w.ClaimJob(w.ctx, "other", time.Millisecond, old.ID)
		w.must(err)
		w.fenced(old.ID, old.Attempt)
		w.must(w.Heartbeat(w.ctx, taken.ID, taken.Attempt, catalog.Progress{}))
		w.must(w.CancelJob(w.ctx, taken.ID))
		w.fenced(taken.ID, taken.Attempt)
		done := w.claim(w.upload(d, nil).Job)
		_, err = w.CommitDraft(w.ctx, done.ID, done.Attempt, w.build())
		w.must(err)
		w.fenced(done.ID, done.Attempt)
		queued := w.upload(d, nil)
		w.fenced(queued.Job, 0)
		w.want(catalog.NotFound, w.Heartbeat(w.ctx, 99, 1, catalog.Progress{}))
	}},
	{"FailJob", "ends the job with its reason", func(w *world) {
		u := w.upload(w.dataset(), nil)
		j := w.claim(u.Job)
		why := finding(catalog.SeverityError, "file-encrypted")
		w.must(w.FailJob(w.ctx, j.ID, j.Attempt, why))
		got, err := w.Job(w.ctx, j.ID)
		w.must(err)
		w.equal(got.State, catalog.JobFailed)
		w.equal(got.Failure, &why)
		w.equal(got.Owner, "")
		w.recent(got.EndedAt)
		none, err := w.ClaimJob(w.ctx, "me", 0, 0)
		w.must(err)
		w.equal(none, (*catalog.Job)(nil))
		w.want(catalog.NotFound, w.FailJob(w.ctx, 99, 1, why))
	}},
	{"ReleaseJob", "puts the job back", func(w *world) {
		j := w.claim(w.upload(w.dataset(), nil).Job)
		w.must(w.ReleaseJob(w.ctx, j.ID, j.Attempt))
		w.fenced(j.ID, j.Attempt)
		got, err := w.Job(w.ctx, j.ID)
		w.must(err)
		w.equal(got.State, catalog.JobQueued)
		again := w.claim(j.ID)
		w.equal(again.Attempt, 2)
		w.fenced(j.ID, j.Attempt)
		w.want(catalog.NotFound, w.ReleaseJob(w.ctx, 99, 1))
	}},
	{"CancelJob", "ends what has not ended", func(w *world) {
		d := w.dataset()
		queued := w.upload(d, nil)
		w.must(w.CancelJob(w.ctx, queued.Job))
		got, err := w.Job(w.ctx, queued.Job)
		w.must(err)
		w.equal(got.State, catalog.JobCancelled)
		w.recent(got.EndedAt)
		w.want(catalog.Conflict, w.CancelJob(w.ctx, queued.Job))
		w.want(catalog.NotFound, w.CancelJob(w.ctx, 99))
		none, err := w.ClaimJob(w.ctx, "me", 0, 0)
		w.must(err)
		w.equal(none, (*catalog.Job)(nil))
	}},
	{"RetryJob", "queues what failed or was cancelled", func(w *world) {
		j := w.claim(w.upload(w.dataset(), &catalog.PublishIntent{By: "x"}).Job)
		w.want(catalog.Conflict, w.RetryJob(w.ctx, j.ID))
		w.must(w.FailJob(w.ctx, j.ID, j.Attempt, finding(catalog.SeverityError, "file-damaged")))
		w.must(w.RetryJob(w.ctx, j.ID))
		w.want(catalog.Conflict, w.RetryJob(w.ctx, j.ID))
		again := w.claim(j.ID)
		w.equal(again.Attempt, 2)
		w.equal(again.Failure, (*catalog.Finding)(nil))
		w.equal(again.EndedAt, time.Time{})
		w.equal(again.Publish, &catalog.PublishIntent{By: "x"})
		w.must(w.CancelJob(w.ctx, j.ID))
		w.must(w.RetryJob(w.ctx, j.ID))
		w.equal(w.claim(0).Attempt, 3)
		w.want(catalog.NotFound, w.RetryJob(w.ctx, 99))
	}},
}

// fenced fails unless an attempt can do nothing more to its job.
func (w *world) fenced(job catalog.JobID, attempt int) {
	w.Helper()
	before, err := w.Job(w.ctx, job)
	w.must(err)
	w.want(catalog.Stale, w.Heartbeat(w.ctx, job, attempt, catalog.Progress{Phase: "late"}))
	w.want(catalog.Stale, w.FailJob(w.ctx, job, attempt, catalog.Finding{}))
	w.want(catalog.Stale, w.ReleaseJob(w.ctx, job, attempt))
	_, err = w.CommitDraft(w.ctx, job, attempt, w.build())
	w.want(catalog.Stale, err)
	after, err := w.Job(w.ctx, job)
	w.must(err)
	w.equal(after, before)
}
