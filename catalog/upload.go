package catalog

import "time"

// UploadID identifies an upload; it is random, so it tells nothing and cannot
// be guessed.
type UploadID string

// UploadOptions are the reading decisions sent along with an upload.
type UploadOptions struct {
	Encoding string  `json:"encoding"`         // of text files; "" finds it out
	Recipe   *Recipe `json:"recipe,omitempty"` // sent along; else the dataset's recipe in force is used
}

// Upload is a workbook that a department sent for one dataset. A blob is
// stored once; the same dataset, blob and options again are the same Upload.
type Upload struct {
	ID        UploadID
	Dataset   DatasetID
	Blob      string // SHA-256 of the bytes, hex; names the file in uploads/
	Bytes     int64
	Filename  string // as the sender called it first; shown, never opened
	Options   UploadOptions
	CreatedAt time.Time
	CreatedBy string
	Job       JobID
	Version   int       // number of the newest version made from it; 0 while there is none
	Purged    Tombstone // stands where its bytes were removed
}

// JobID identifies a job.
type JobID int64

// JobState is where a job stands.
type JobState string

// The states of a job. Queued and running jobs of a dead server are picked up
// by the next.
const (
	JobQueued    JobState = "queued"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Ended reports whether a job in this state will not run again by itself.
func (s JobState) Ended() bool { return s == JobDone || s == JobFailed || s == JobCancelled }

// Progress is how far a running job is.
type Progress struct {
	Phase string  `json:"phase"` // read, shape, infer, build, seal
	Share float64 `json:"share"` // of the whole job, 0 to 1
	Rows  int64   `json:"rows"`  // rows seen so far in this phase
}

// Job is one run of the ingest pipeline over one upload.
type Job struct {
	ID        JobID
	Upload    UploadID
	State     JobState
	Attempt   int    // fencing number: each claim adds one, the commit checks it
	Owner     string // the process that runs it: host, pid and start, or ""
	Heartbeat time.Time
	Progress  Progress
	Failure   *Finding // why it failed and what to do, for the department; nil where it did not
	CreatedAt time.Time
	StartedAt time.Time
	EndedAt   time.Time
	Publish   *PublishIntent // publish the draft when done; nil leaves it a draft
	RereadBy  string         // who had the upload read again; "" where nobody did
}

// PublishIntent asks for publication as soon as the draft is built.
type PublishIntent struct {
	By          string `json:"by"`          // recorded as the publisher
	Acknowledge bool   `json:"acknowledge"` // accept warnings in the name of By
}
