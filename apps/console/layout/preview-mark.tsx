const texts = { mark: '预演，不产生法律效力', about: '在预演空间办理的事项单独编号，不进入正式事项的任何列表，不登记入册，不发通知，不出文书，不公开，不报送外部平台。' }

/** Stands above every page of the preview space, on the screen and on paper. */
export function PreviewMark() {
  return (
    <div className="preview-mark" role="note">
      <strong>{texts.mark}</strong>
      <span>{texts.about}</span>
    </div>
  )
}
