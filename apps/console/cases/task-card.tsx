import { Button, Card, Flex, Tag } from 'antd'
import { useState } from 'react'
import type { JsonObject } from '#core/json.ts'
import type { CaseView, OutcomeView, TaskView } from '#apps/api/wire/case.ts'
import { ActForm } from '#apps/console/forms/act-form.tsx'
import { startingValues } from '#apps/console/forms/prefill.ts'
import { DeliveryOfTask, deliveredValues, useOpening } from '#apps/console/supply/delivery-of-task.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { ReasonedButton } from '#apps/console/law/reasoned-button.tsx'
import { DueLine } from './due-line.tsx'
import { ExtensionPart } from './extension-part.tsx'
import { HandOver } from './hand-over.tsx'
import { Recuse } from './recuse.tsx'
import { useCommand } from './use-command.ts'

const texts = { office: '办理岗位', organization: '办理单位', opened: '开始', assignee: '经办人', mine: '由我办理', outcomes: '可以作出的决定' }

/** One open task: whose it is, until when and why, and what can be decided. */
export function TaskCard({ view, task }: { view: CaseView; task: TaskView }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const outcome = task.outcomes.find(({ id }) => id === chosen)
  const opening = useOpening(view.id, task.id, task.mine)
  return (
    <Card
      id={`task-${task.id}`}
      size="small"
      className={task.mine ? 'task task-mine' : 'task'}
      title={
        <Flex gap={8} align="center" wrap>
          <h3 className="task-title">{task.title}</h3>
          {task.branch.map(({ collection, key, title }) => <Tag key={`${collection}/${key}`}>{title}</Tag>)}
          {task.mine ? <Tag color="blue">{texts.mine}</Tag> : null}
        </Flex>
      }
      extra={<BasisTag basis={task.basis} />}
    >
      <Flex gap={18} wrap className="task-facts">
        <span>{texts.office} <strong>{task.office.title}</strong></span>
        <span>{texts.organization} <strong>{task.organization.name}</strong></span>
        <span>{texts.opened} <span className="numeric">{task.opened_on}</span></span>
        {task.assignee === null ? null : <span>{texts.assignee} {task.assignee.name}</span>}
      </Flex>
      {task.due === null ? null : <DueLine due={task.due} />}
      {opening === null ? null : <DeliveryOfTask opening={opening} />}
      <fieldset className="outcomes no-print">
        <legend className="visually-hidden">{task.title} {texts.outcomes}</legend>
        {task.outcomes.map((one, index) => (
          <ReasonedButton key={one.id} reason={one.enabled ? null : one.disabled_reason} type={one.id === chosen || index === 0 ? 'primary' : 'default'} ghost={one.id !== chosen && index === 0} aria-expanded={one.id === chosen} onClick={() => setChosen(one.id === chosen ? null : one.id)}>
            {one.title}
          </ReasonedButton>
        ))}
        {task.own ? <HandOver view={view} task={task} /> : null}
        {task.own ? <Recuse view={view} task={task} /> : null}
      </fieldset>
      {outcome === undefined ? null : <OutcomeForm key={outcome.id} view={view} task={task} outcome={outcome} brought={deliveredValues(opening)} close={() => setChosen(null)} />}
      {task.extension === null ? null : <ExtensionPart view={view} task={task} extension={task.extension} />}
    </Card>
  )
}

function OutcomeForm({ view, task, outcome, brought, close }: { view: CaseView; task: TaskView; outcome: OutcomeView; brought: JsonObject; close: () => void }) {
  const command = useCommand(view)
  return (
    <section className="outcome-form" aria-label={`${task.title}：${outcome.title}`}>
      <Flex gap={10} align="center" className="gap-below">
        <strong>{outcome.title}</strong>
        <BasisTag basis={outcome.basis} />
        <span className="shell-space" />
        <Button size="small" type="text" className="no-print" onClick={close}>收起</Button>
      </Flex>
      <ActForm
        formKey={`${view.id}.${task.id}.${outcome.id}`}
        fields={outcome.form}
        starting={startingValues(outcome.form, brought)}
        submitLabel={`提交：${outcome.title}`}
        confirm={outcome.confirm}
        submit={async (act) => {
          await command({ type: 'conclude', task: task.id, outcome: outcome.id, ...act }, outcome.title)
        }}
      />
    </section>
  )
}
