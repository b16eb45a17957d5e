"""Makes the medical review ready to use."""

from wagtail.models import Workflow, WorkflowTask

WORKFLOW_NAME = "Medical review"
TASK_NAME = "Physician’s signature"


def set_up_medical_review() -> list[str]:
    """The workflow in which physicians sign, once; what the practice changed stays changed."""
    from .models import MedicalReviewTask

    if MedicalReviewTask.objects.exists():
        return []
    task = MedicalReviewTask.objects.create(name=TASK_NAME)
    workflow = Workflow.objects.create(name=WORKFLOW_NAME)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return ["What needs a signature goes to the physicians."]
