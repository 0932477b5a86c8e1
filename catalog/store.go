package catalog

import (
	"context"
	"time"
)

// DatasetFilter narrows a listing of datasets; zero fields do not narrow.
type DatasetFilter struct {
	Department DepartmentID
	PublicOnly bool   // that anybody may read and that have a published version
	After      string // slug of the last dataset seen; listings are by slug
	Limit      int    // default 100; at most 1,000
}

// NewVersion is what a finished build brings to the catalogue.
type NewVersion struct {
	FileHash    string
	ContentHash string
	Bytes       int64
	Rows        int64
	Tables      []Table
	Findings    []Finding
	Recipe      *Recipe // the reading, complete: it would read the same workbook the same way
	ReadWith    int     // revision of the dataset's recipe that was in force when it was read; 0 where there was none
	RecipeSent  bool    // it was read with a recipe that came with the upload, not with that revision
}

// Store keeps the catalogue. Every method is one transaction. Methods return
// *Error of kind NotFound where what they name does not exist and Conflict
// where the present state forbids the change. Times are given and returned in
// UTC with millisecond precision. Implementations are safe for concurrent use
// by several goroutines and several processes; storetest says what else they
// must do.
type Store interface {
	Departments
	Datasets
	Versions
	Recipes
	Jobs
	Tokens
	Audit
	Usages
	Citations
	Purges

	// Revision grows with every change that readers of the catalogue can see;
	// whoever caches compares it.
	Revision(ctx context.Context) (int64, error)
	// Backup writes a consistent copy of the catalogue to a new file while others use it.
	Backup(ctx context.Context, path string) error
	Close() error
}

// Departments is the part of a Store about departments.
type Departments interface {
	// CreateDepartment stores d, whose slug must be new, and sets its ID and CreatedAt.
	CreateDepartment(ctx context.Context, d *Department) error
	// UpdateDepartment replaces all of d but its slug, which is in URLs that others
	// keep: kind Conflict where it differs. Kind Invalid where d would stand below itself.
	UpdateDepartment(ctx context.Context, d *Department) error
	Department(ctx context.Context, id DepartmentID) (*Department, error)
	DepartmentBySlug(ctx context.Context, slug string) (*Department, error)
	// ListDepartments gives all departments by slug, with their number of public datasets.
	ListDepartments(ctx context.Context) ([]DepartmentCount, error)
}

// Datasets is the part of a Store about datasets.
type Datasets interface {
	// CreateDataset stores d, whose slug must be new, and sets its ID and times.
	// It and UpdateDataset refuse what CheckSlug and Metadata.Check refuse.
	CreateDataset(ctx context.Context, d *Dataset) error
	// UpdateDataset replaces the metadata of d. Slug and department stay: kind
	// Conflict where they differ.
	UpdateDataset(ctx context.Context, d *Dataset) error
	Dataset(ctx context.Context, id DatasetID) (*Dataset, error)
	DatasetBySlug(ctx context.Context, slug string) (*Dataset, error)
	ListDatasets(ctx context.Context, f DatasetFilter) ([]Dataset, error)
}

// Versions is the part of a Store about versions.
type Versions interface {
	// CommitDraft records a finished build as the next version of the job's
	// dataset, in state Draft, and ends the job as done: one transaction that
	// fails with kind Stale unless the job is running with this attempt. Where
	// the job has a publish intent and nothing blocks (its warnings are
	// acknowledged in the name of By if the intent says so), the same
	// transaction publishes the version.
	//
	// Where the upload was read again and nothing came out differently (content
	// hash, reading and all findings that are more than notes are those of its
	// newest version), no version is added: that newest version is the answer.
	CommitDraft(ctx context.Context, job JobID, attempt int, v NewVersion) (*Version, error)
	// Version gives one version with its tables.
	Version(ctx context.Context, dataset DatasetID, number int) (*Version, error)
	// CurrentVersions gives the published version of every public dataset,
	// tables included, by dataset: what a search index and a portal need. Callers
	// share the tables and must not change them.
	CurrentVersions(ctx context.Context) (map[DatasetID]*Version, error)
	// ListVersions gives the versions of a dataset, newest first, without tables.
	ListVersions(ctx context.Context, dataset DatasetID) ([]Version, error)
	// AllVersions gives every version of every dataset, without tables: for verify and the sweep.
	AllVersions(ctx context.Context) ([]Version, error)
	Findings(ctx context.Context, version VersionID) ([]Finding, error)
	Acknowledgements(ctx context.Context, version VersionID) ([]Acknowledgement, error)
	// Publish makes a draft, or a superseded version again, the dataset's
	// published version and supersedes the one before, in one transaction, with
	// the acknowledgements of warnings given by the publisher. Kind Conflict where
	// findings still block or the version was withdrawn; publishing what is
	// published already changes nothing.
	//
	// Its reading becomes the newest revision of the dataset's recipe if it differs
	// from that, and if the version was read with that or with a recipe that came
	// with its upload: what somebody changed meanwhile stays.
	Publish(ctx context.Context, version VersionID, by string, acknowledge []string) (*Version, error)
	// Withdraw takes a published or superseded version back; the newest
	// superseded version is not put in its place.
	Withdraw(ctx context.Context, version VersionID, by, reason string) error
}

// Purges is the part of a Store about bytes that are to be gone for good. Each
// method forgets what the catalogue itself knows of the values, in the
// transaction that sets the tombstone, and gives the files to remove after it.
type Purges interface {
	// PurgeUpload purges an upload and every version of it that is not public:
	// tables with their profiles, findings and readings are forgotten. What is
	// public stays, without its original. A purge of old is no error and gives the
	// files again. Kind Conflict while its job is queued or runs, Invalid without
	// a reason.
	PurgeUpload(ctx context.Context, id UploadID, by, reason string) (*Leftovers, error)
	// PurgeVersion purges a draft, or a version that was withdrawn. Its upload
	// stays, and can be read again. Kind Conflict where it is public.
	PurgeVersion(ctx context.Context, id VersionID, by, reason string) (*Leftovers, error)
	// PurgeOvertaken purges the drafts that were overtaken before a moment: a newer
	// version of the same upload was made, or a later version was published.
	PurgeOvertaken(ctx context.Context, before time.Time) (purged int, left *Leftovers, err error)
	// Needed gives the files that are named by what is not purged.
	Needed(ctx context.Context) (*Needed, error)
}

// Recipes is the part of a Store about how the workbooks of a dataset are read.
type Recipes interface {
	// Recipe gives a revision of a dataset's recipe; number 0 gives the newest,
	// which is in force.
	Recipe(ctx context.Context, dataset DatasetID, number int) (*RecipeRevision, error)
	// ListRecipes gives the revisions of a dataset, newest first, without their recipes.
	ListRecipes(ctx context.Context, dataset DatasetID) ([]RecipeRevision, error)
	// SaveRecipe adds a revision. expect is the newest number that the writer has
	// seen, 0 for none: kind Conflict where there is another by now. A recipe that
	// says the same as the newest adds nothing and gives that.
	SaveRecipe(ctx context.Context, dataset DatasetID, recipe *Recipe, by string, expect int) (*RecipeRevision, error)
	// Reading gives how a version was read, as a complete recipe. Kind NotFound
	// for versions that were stored without one.
	Reading(ctx context.Context, version VersionID) (*Recipe, error)
}

// Jobs is the part of a Store about uploads and the jobs that read them.
type Jobs interface {
	// CreateUpload records an upload whose blob is durable and queues its job.
	// The same dataset, blob and options again give the Upload that is there
	// (created false); its publish intent is then added to the job if that has
	// not ended. Either way u becomes what is stored; an empty ID is drawn at random.
	CreateUpload(ctx context.Context, u *Upload, publish *PublishIntent) (created bool, err error)
	Upload(ctx context.Context, id UploadID) (*Upload, error)
	// ListUploads gives the uploads of a dataset, newest first.
	ListUploads(ctx context.Context, dataset DatasetID) ([]Upload, error)
	Job(ctx context.Context, id JobID) (*Job, error)
	// ClaimJob takes the oldest queued job, or a running one whose heartbeat is
	// older than stale, adds one to its attempt and sets its owner. A nil job
	// means that there is nothing to do. only narrows it to one job; 0 does not.
	ClaimJob(ctx context.Context, owner string, stale time.Duration, only JobID) (*Job, error)
	// Heartbeat keeps a claimed job and records its progress; kind Stale where
	// the attempt was superseded or the job was cancelled.
	Heartbeat(ctx context.Context, job JobID, attempt int, p Progress) error
	// FailJob ends a running job with what was wrong, for the department.
	FailJob(ctx context.Context, job JobID, attempt int, why Finding) error
	// ReleaseJob puts a claimed job back into the queue, as a server does that shuts down.
	ReleaseJob(ctx context.Context, job JobID, attempt int) error
	// CancelJob ends a queued or running job.
	CancelJob(ctx context.Context, job JobID) error
	// RetryJob queues a failed or cancelled job again.
	RetryJob(ctx context.Context, job JobID) error
	// RereadUpload queues the job of an upload again though it has ended, so that
	// the same bytes are read by what the readers and the recipe are now. The draft
	// that comes of it is another version of the upload, made in the name of by. An
	// intent to publish of old is forgotten. Kind Conflict while the job is queued or runs.
	RereadUpload(ctx context.Context, upload UploadID, by string) error
}

// Tokens is the part of a Store about tokens.
type Tokens interface {
	// CreateToken stores t and sets its ID and CreatedAt.
	CreateToken(ctx context.Context, t *Token) error
	// TokenByHash finds a token, in force or not.
	TokenByHash(ctx context.Context, hash string) (*Token, error)
	ListTokens(ctx context.Context) ([]Token, error)
	RevokeToken(ctx context.Context, id TokenID) error
}

// Audit is the part of a Store about the audit trail. Store methods that
// change what the public sees, or who may act, write their own event in the
// same transaction; AddEvent is for the rest.
type Audit interface {
	AddEvent(ctx context.Context, e Event) error
	// ListEvents gives events newest first, those before id (0: from the newest), at most limit.
	ListEvents(ctx context.Context, before int64, limit int) ([]Event, error)
}

// Usages is the part of a Store about how much datasets are used.
type Usages interface {
	// AddUsage adds counts to those that are there. Kind NotFound, and nothing is
	// added, where a dataset does not exist.
	AddUsage(ctx context.Context, use []Usage) error
	// Usage gives the counts of a dataset from a day (YYYY-MM-DD) on, by day and kind.
	Usage(ctx context.Context, dataset DatasetID, from string) ([]Usage, error)
}

// Citations is the part of a Store about citations.
type Citations interface {
	// CreateCitation stores c, whose ID names it, and sets its time. One that is
	// there stays as it is, and c becomes it (created false). Kind NotFound where
	// the dataset does not exist, Full where there are most of them already.
	CreateCitation(ctx context.Context, c *Citation, most int64) (created bool, err error)
	Citation(ctx context.Context, id CitationID) (*Citation, error)
}
