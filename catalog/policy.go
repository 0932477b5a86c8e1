package catalog

// Actor is who asks. The zero Actor is the public.
type Actor struct {
	Name       string       // shown in the audit trail
	Department DepartmentID // 0: of no department
	System     bool         // the operator at the command line: may do everything
}

// Action is what somebody wants to do.
type Action string

// The actions that the policy knows.
const (
	ReadDataset  Action = "dataset.read"    // its description and public versions
	ReadVersion  Action = "version.read"    // its tables and rows
	ReadUpload   Action = "upload.read"     // uploads, drafts, findings, jobs
	CreateUpload Action = "upload.create"   // and read one again
	EditRecipe   Action = "recipe.edit"     //
	CancelJob    Action = "job.cancel"      // and retry
	Publish      Action = "version.publish" //
	Withdraw     Action = "version.withdraw"
	Purge        Action = "purge" // an upload, a draft, a withdrawn version
)

// Subject is what the action is about: always a dataset, and a version where
// the action is about one.
type Subject struct {
	Dataset *Dataset
	Version *Version
}

// May is the one policy of the house: the public reads what is published;
// a department reads and changes what is its own; the operator may do all.
func May(who Actor, do Action, what Subject) bool {
	if who.System {
		return true
	}
	own := who.Department != 0 && what.Dataset != nil && what.Dataset.Department == who.Department
	switch do {
	case ReadDataset:
		return own || what.Dataset.Public()
	case ReadVersion:
		if own {
			return true
		}
		return what.Dataset.Public() && what.Version.State.Public()
	case ReadUpload, CreateUpload, EditRecipe, CancelJob, Publish, Withdraw, Purge:
		return own
	}
	return false
}
