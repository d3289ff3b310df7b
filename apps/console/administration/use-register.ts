import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { ApiProblem, send } from '#apps/console/api/request.ts'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = { done: '已办理，并已留下存证。', cancel: '取消' }

/** Changes the register of persons, says how it went, and asks before what cannot be overlooked. */
export function useRegister() {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { message, modal } = App.useApp()
  const change = async <T>(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<T | null> => {
    try {
      const answer = await send<T>(method, path, body, csrf_token)
      message.success(texts.done)
      await client.invalidateQueries({ queryKey: ['accounts'] })
      return answer
    } catch (error) {
      message.error(error instanceof ApiProblem ? `${error.problem.detail}${error.problem.cure}` : String(error instanceof Error ? error.message : error))
      return null
    }
  }
  const ask = (title: string, content: string, act: () => Promise<unknown>): void => {
    modal.confirm({ title, content, okText: title, cancelText: texts.cancel, onOk: async () => { await act() } })
  }
  return { change, ask }
}
